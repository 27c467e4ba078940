import { catalogue } from '../../functions/platforms/catalogue.ts';
import type { Sandboxes } from '../platforms/sandboxes.ts';
import type { LocalStack } from '../stack.ts';
import type { DemoUser } from './demo-user.ts';

export type Running = {
  stack: Pick<LocalStack, 'apiUrl' | 'awsUrl' | 'credentials' | 'logFile' | 'memoryMb'>;
  platforms: Sandboxes['urls'];
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
    ...Object.values(catalogue).map(({ id, name }) => [`Sandbox ${name}`, platforms[id]]),
    ['Sign in', `${demo.email}   password "${demo.password}"`],
    ['Team', demo.teamId],
    ['Confirmation codes', 'always 123456'],
    ['AWS services', `${stack.awsUrl}   key ${stack.credentials.accessKeyId}`],
    ['Logs of functions', stack.logFile],
  ];
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(24)}${value}`);
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
