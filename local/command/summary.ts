import type { LocalStack } from '../stack.ts';
import type { DemoUser } from './demo-user.ts';

export type Running = {
  stack: Pick<LocalStack, 'apiUrl' | 'awsUrl' | 'credentials' | 'logFile' | 'memoryMb'>;
  platforms: { mastodon: string; bluesky: string };
  demo: DemoUser;
  readyMs: number;
};

const docsOf = (apiUrl: string) => `${apiUrl}/v1/docs`;

/** What scripts read: one line. */
export const jsonSummary = ({ stack: { apiUrl }, platforms, demo }: Running) =>
  JSON.stringify({ api: apiUrl, docs: docsOf(apiUrl), platforms, demo });

/** What people read. */
export function textSummary({ stack, platforms, demo, readyMs }: Running): string {
  const rows = [
    ['API', stack.apiUrl],
    ['Documentation', docsOf(stack.apiUrl)],
    ['Sandbox Mastodon', platforms.mastodon],
    ['Sandbox Bluesky', platforms.bluesky],
    ['Sign in', `${demo.email}   password "${demo.password}"`],
    ['Team', demo.teamId],
    ['Confirmation codes', 'always 123456'],
    ['AWS services', `${stack.awsUrl}   key ${stack.credentials.accessKeyId}`],
    ['Logs of functions', stack.logFile],
  ];
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(20)}${value}`);
  const title = `ClientNest runs on this machine: ready in ${(readyMs / 1000).toFixed(1)} s, ${stack.memoryMb()} MB`;
  return [
    '',
    title,
    '',
    ...lines,
    '',
    'Changes in functions/ are taken up by themselves. Ctrl-C stops everything.',
  ].join('\n');
}
