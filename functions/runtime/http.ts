import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { checkUrl, guardedLookup, type HostPolicy, HostRefused, hostPolicy } from './hosts.ts';

export type HttpCall = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON, URLSearchParams as a form. */
  body?: URLSearchParams | Uint8Array | Record<string, unknown>;
  timeoutMs?: number;
};
export type HttpAnswer = { status: number; headers: Record<string, string>; body: string };

/**
 * No usable answer came. `sent` tells whether the other side may have got the request: only when it is false is it sure
 * that nothing happened there.
 */
export class NoAnswer extends Error {
  readonly sent: boolean;
  constructor(message: string, { sent, cause }: { sent: boolean; cause?: unknown }) {
    super(message, { cause });
    this.sent = sent;
  }
}

/** Functions that call out have 25 s or more and make at most four such calls in a row: none outlives its function. */
const defaultTimeoutMs = 5_000;
const maxAnswerBytes = 2 * 1024 * 1024;

/**
 * Calls to hosts outside: one deadline over all, bounded answers, redirects not followed, nothing sent twice, private
 * addresses refused where the stage says so.
 */
export function outgoing(policy: HostPolicy = hostPolicy()) {
  const lookup = guardedLookup(policy);
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: 50, lookup }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: 50, lookup }),
  };

  return async (call: HttpCall): Promise<HttpAnswer> => {
    const url = new URL(call.url);
    checkUrl(url, policy);
    const isTls = url.protocol === 'https:';
    const { payload, contentType } = encode(call.body);
    const headers = { accept: 'application/json', 'user-agent': 'ClientNest', ...contentType, ...call.headers };
    const signal = AbortSignal.timeout(call.timeoutMs ?? defaultTimeoutMs);
    return new Promise((done, fail) => {
      let sent = false;
      const options = { method: call.method, headers, signal, agent: isTls ? agents['https:'] : agents['http:'] };
      const request = (isTls ? httpsRequest : httpRequest)(url, options);
      request.on('socket', (socket) => {
        const connected = () => {
          sent = true;
        };
        if (request.reusedSocket || !socket.connecting) connected();
        else socket.once(isTls ? 'secureConnect' : 'connect', connected);
      });
      request.on('error', (cause) =>
        fail(cause instanceof HostRefused ? cause : new NoAnswer(`no answer from ${url.host}`, { sent, cause })),
      );
      request.on('response', (response) => readAnswer(response, url.host).then(done, fail));
      request.end(payload);
    });
  };
}
export type Outgoing = ReturnType<typeof outgoing>;

function encode(body: HttpCall['body']) {
  if (body === undefined) return { payload: undefined, contentType: {} };
  if (body instanceof Uint8Array) return { payload: body, contentType: {} };
  if (body instanceof URLSearchParams)
    return { payload: body.toString(), contentType: { 'content-type': 'application/x-www-form-urlencoded' } };
  return { payload: JSON.stringify(body), contentType: { 'content-type': 'application/json' } };
}

async function readAnswer(response: IncomingMessage, host: string): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxAnswerBytes) throw new Error(`more than ${maxAnswerBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new NoAnswer(`no whole answer from ${host}`, { sent: true, cause });
  }
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString(),
  };
}
