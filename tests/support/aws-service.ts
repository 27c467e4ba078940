import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { startServer } from './http-server.ts';

export type ServiceCall = { action: string; input: Record<string, unknown> };
/** What the service answers to one call; `error` is the name of the exception that its SDK throws. */
type Answer = { output: object } | { error: string; details?: object };

/** An AWS service at the wire, for what no local engine does on demand: its JSON protocol, with answers of the test. */
export async function startService(answer: (call: ServiceCall) => Answer) {
  const calls: ServiceCall[] = [];
  const { url } = await startServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const call = { action, input: JSON.parse(await text(request)) };
    calls.push(call);
    const answered = answer(call);
    const isRefused = 'error' in answered;
    response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(isRefused ? refusal(answered) : answered.output));
  });
  return { url, calls };
}

const refusal = ({ error, details }: { error: string; details?: object }) => ({
  __type: error,
  message: 'refused',
  ...details,
});

/**
 * The environment of a function, for the tools that read it on first use. The SDK's clients read theirs once, so one test
 * file has one endpoint of each service.
 */
export function stubEnvironment(variables: Record<string, string>) {
  const sdk = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  for (const [name, value] of Object.entries({ ...sdk, ...variables })) vi.stubEnv(name, value);
}
