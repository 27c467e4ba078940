import type { Send } from '../../../clients/typescript/src/retrying.ts';

type Scripted = { status: number; body?: unknown; headers?: Record<string, string> } | Error;
export type Sent = { operation: string; headers: Record<string, string>; body: string };

export const problem = (status: number, code: string, headers: Record<string, string> = {}): Scripted => ({
  status,
  body: { type: `urn:clientnest:problem:${code}`, title: code, status, code, detail: `about ${code}`, requestId: 'r1' },
  headers: { 'content-type': 'application/problem+json', ...headers },
});

/** Answers requests by a script, the last answer ever again, and remembers what was sent. */
export function scriptedApi(...script: Scripted[]) {
  const sent: Sent[] = [];
  const send: Send = async (request) => {
    const { pathname } = new URL(request.url);
    const headers = Object.fromEntries(request.headers);
    sent.push({ operation: `${request.method} ${pathname}`, headers, body: await request.text() });
    const next = (script.length > 1 ? script.shift() : script[0]) ?? new Error('nothing in the script');
    if (next instanceof Error) throw next;
    const body = next.body === undefined ? null : JSON.stringify(next.body);
    return new Response(body, {
      status: next.status,
      headers: { 'content-type': 'application/json', ...next.headers },
    });
  };
  return { send, sent };
}
