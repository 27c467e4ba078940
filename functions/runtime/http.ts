import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { checkUrl, guardedLookup, type HostPolicy, HostRefused, hostPolicy } from './hosts.ts';

export type HttpCall = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON, URLSearchParams as a form, a stream as it comes. */
  body?: URLSearchParams | Uint8Array | StreamedBody | Record<string, unknown>;
  timeoutMs?: number;
};
/** Bytes that are sent while they come in; exactly `length` of them. */
export class StreamedBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly length: number;
  constructor(chunks: AsyncIterable<Uint8Array>, length: number) {
    this.chunks = chunks;
    this.length = length;
  }
}

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
  const request = requests(policy);
  return async (call: HttpCall): Promise<HttpAnswer> => readAnswer(await request(call), new URL(call.url).host);
}
export type Outgoing = ReturnType<typeof outgoing>;

/** A file as it comes in. Who does not read it to its end must `close` it. */
export type Download = {
  status: number;
  headers: Record<string, string>;
  chunks: AsyncIterable<Uint8Array>;
  close: () => void;
};

const maxRedirects = 3;

/** Fetches files without holding them. Redirects are followed, each of them checked as the first address is. */
export function downloads(policy: HostPolicy = hostPolicy()) {
  const request = requests(policy);
  return async (call: Omit<HttpCall, 'method' | 'body'>): Promise<Download> => {
    let { url } = call;
    for (let redirects = 0; ; redirects++) {
      const response = await request({ ...call, url, method: 'GET' });
      const { location } = response.headers;
      const status = response.statusCode ?? 0;
      const isRedirect = status >= 300 && status < 400 && location !== undefined;
      if (!isRedirect || redirects === maxRedirects)
        return { status, headers: headersOf(response), chunks: response, close: () => response.destroy() };
      response.destroy();
      url = next(location, url);
    }
  };
}
function next(location: string, from: string): string {
  if (!URL.canParse(location, from)) throw new HostRefused('a redirect to nowhere');
  return new URL(location, from).href;
}

export type Downloads = ReturnType<typeof downloads>;

/** Sends calls and gives their answers as soon as these begin. */
function requests(policy: HostPolicy) {
  const lookup = guardedLookup(policy);
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: 50, lookup }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: 50, lookup }),
  };

  return async (call: HttpCall): Promise<IncomingMessage> => {
    const url = new URL(call.url);
    checkUrl(url, policy);
    const isTls = url.protocol === 'https:';
    const { payload, bodyHeaders } = encode(call.body);
    const headers = { accept: 'application/json', 'user-agent': 'ClientNest', ...bodyHeaders, ...call.headers };
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
      request.on('response', done);
      // A source that breaks off destroys the request: nobody got a whole one.
      if (payload instanceof StreamedBody)
        pipeline(payload.chunks, request).catch((cause) =>
          fail(new NoAnswer(`not all was sent to ${url.host}`, { sent, cause })),
        );
      else request.end(payload);
    });
  };
}

function encode(body: HttpCall['body']) {
  if (body === undefined) return { payload: undefined, bodyHeaders: {} };
  if (body instanceof StreamedBody) return { payload: body, bodyHeaders: { 'content-length': String(body.length) } };
  if (body instanceof Uint8Array) return { payload: body, bodyHeaders: {} };
  if (body instanceof URLSearchParams)
    return { payload: body.toString(), bodyHeaders: { 'content-type': 'application/x-www-form-urlencoded' } };
  return { payload: JSON.stringify(body), bodyHeaders: { 'content-type': 'application/json' } };
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
  return { status: response.statusCode ?? 0, headers: headersOf(response), body: Buffer.concat(chunks).toString() };
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
