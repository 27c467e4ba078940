import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { type BlueskyOptions, startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import { sandboxPassword } from '../../../local/platforms/bluesky/store.ts';

export const postCollection = 'app.bsky.feed.post';
export const rkey = '3kabcdefghi2k';

export const Session = z.object({
  accessJwt: z.string(),
  refreshJwt: z.string(),
  did: z.string().startsWith('did:plc:'),
  handle: z.string(),
});
type Session = z.infer<typeof Session>;
export const Written = z.object({
  uri: z.string(),
  cid: z.string(),
  commit: z.object({ cid: z.string(), rev: z.string() }).optional(),
});
const PostList = z.object({
  items: z.array(
    z.looseObject({ uri: z.string(), url: z.string(), arrivals: z.array(z.string()), facets: z.unknown() }),
  ),
});

type CallParts = { token?: string; json?: unknown; body?: Uint8Array<ArrayBuffer>; headers?: Record<string, string> };

/** A sandbox of its own for one test. */
export async function blueskySandbox(options: BlueskyOptions = {}) {
  const sandbox = await startBluesky(options);
  let running = true;
  const stop = async () => {
    if (running) await sandbox.stop();
    running = false;
  };
  onTestFinished(stop);
  return { ...blueskyClient(sandbox.url), url: sandbox.url, stop };
}

export const post = (parts: Record<string, unknown> = {}) => ({
  $type: postCollection,
  text: 'hi',
  createdAt: '2026-11-22T10:00:00.000Z',
  ...parts,
});

function blueskyClient(url: string) {
  async function send(path: string, method: string, { token, json, body, headers = {} }: CallParts = {}) {
    const sent = body ?? (json === undefined ? undefined : JSON.stringify(json));
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('Content-Type')?.includes('json') && text !== '';
    const parsed: unknown = isJson ? JSON.parse(text) : text;
    return { status: answer.status, headers: answer.headers, body: parsed };
  }

  const query = (nsid: string, parameters: Record<string, string> | [string, string][] = {}, token?: string) =>
    send(`/xrpc/${nsid}?${new URLSearchParams(parameters)}`, 'GET', token === undefined ? {} : { token });
  const procedure = (nsid: string, parts: CallParts) => send(`/xrpc/${nsid}`, 'POST', parts);

  const login = (identifier: string, password: string = sandboxPassword) =>
    procedure('com.atproto.server.createSession', { json: { identifier, password } });
  const signIn = async (identifier = 'alice.test') => Session.parse((await login(identifier)).body);

  const put = (session: Session, record: unknown, parts: Record<string, unknown> = {}) =>
    procedure('com.atproto.repo.putRecord', {
      token: session.accessJwt,
      json: { repo: session.did, collection: postCollection, rkey, record, ...parts },
    });
  const create = (session: Session, record: unknown, parts: Record<string, unknown> = {}) =>
    procedure('com.atproto.repo.createRecord', {
      token: session.accessJwt,
      json: { repo: session.did, collection: postCollection, record, ...parts },
    });

  const control = (method: string, path: string, json?: unknown) => send(`/sandbox${path}`, method, { json });
  const posts = async () => PostList.parse((await control('GET', '/posts')).body).items;
  return { send, query, procedure, login, signIn, put, create, control, posts };
}
