import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { SandboxState } from '../sandbox-state.ts';
import { logId, scopeMissing, unauthorized } from './refusals.ts';
import type { Creator, Post, TiktokState } from './state.ts';

/** What every part of the TikTok sandbox works with. */
export type TiktokStore = {
  url: string;
  state: SandboxState<TiktokState>;
  now: () => Date;
  /** Creators who let nobody comment, and post for themselves only. */
  restricted: readonly string[];
  /** How long TikTok is at work on a post whose bytes are there. */
  processingSeconds: number;
  maxVideoSeconds: number;
};

/** Ids of 64 bits, as strings. */
export function nextId({ state }: TiktokStore): string {
  state.current.lastId = String(BigInt(state.current.lastId) + 1n);
  return state.current.lastId;
}

/** Anyone may sign in: a creator comes into being when first named. */
export function creatorNamed({ state }: TiktokStore, username: string): Creator {
  const openId = `-000${createHash('sha256').update(username).digest('hex').slice(0, 32)}`;
  const known = state.current.creators[openId];
  if (known) return known;
  state.current.creators[openId] = { openId, username };
  state.changed();
  return { openId, username };
}

export const usernameOf = ({ state }: TiktokStore, openId: string) =>
  state.current.creators[openId]?.username ?? 'nobody';

export const postUrl = (store: TiktokStore, { id, openId, kind }: Post) =>
  `${store.url}/@${usernameOf(store, openId)}/${kind}/${id}`;

/** Who calls, if the token is good and has the scope. */
export function callerOf(c: Context, { state, now }: TiktokStore, scope: string): Creator & { scopes: string[] } {
  const given = /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  const token = state.current.tokens[given ?? ''];
  const creator = state.current.creators[token?.openId ?? ''];
  if (token?.kind !== 'access' || !creator || token.expiresAt <= now().toISOString()) throw unauthorized();
  if (!token.scopes.includes(scope)) throw scopeMissing(scope);
  return { ...creator, scopes: token.scopes };
}

const marked = /"int64:(\d+)"/g;

/** A number of 64 bits in an answer: JavaScript has none. */
export const int64 = (id: string) => `int64:${id}`;

export function answered(data: object): Response {
  const text = JSON.stringify({ data, error: { code: 'ok', message: '', log_id: logId() } });
  return new Response(text.replace(marked, '$1'), { headers: { 'Content-Type': 'application/json' } });
}
