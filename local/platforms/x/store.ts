import type { Context } from 'hono';
import type { SandboxFiles } from '../sandbox-files.ts';
import type { SandboxState } from '../sandbox-state.ts';
import { scopeMissing, unauthorized } from './refusals.ts';
import type { Post, User, XState } from './state.ts';

/** What every part of the X sandbox works with. */
export type XStore = {
  url: string;
  state: SandboxState<XState>;
  now: () => Date;
  /** Who pays, and may write long. */
  premium: readonly string[];
  files: SandboxFiles;
  /** How long GIFs and videos are processed. */
  processingMs: number;
};

/** Ids are numbers too long for JavaScript's, as strings. */
export function nextId({ state }: XStore): string {
  state.current.lastId = String(BigInt(state.current.lastId) + 1n);
  return state.current.lastId;
}

/** Anyone may sign in: a user comes into being when first named. */
export function userNamed(store: XStore, username: string): User {
  const { users } = store.state.current;
  const known = Object.values(users).find((user) => user.username === username);
  if (known) return known;
  const subscription = store.premium.includes(username) ? ('Premium' as const) : ('None' as const);
  const user = { id: nextId(store), username, subscription };
  users[user.id] = user;
  store.state.changed();
  return user;
}

export const postUrl = ({ url, state }: XStore, { id, userId }: Post) =>
  `${url}/${state.current.users[userId]?.username}/status/${id}`;

/** Who calls, if the token is good and has the scopes. */
export function callerOf(c: Context, { state, now }: XStore, scopes: readonly string[]): User {
  const given = /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  const token = state.current.tokens[given ?? ''];
  const user = state.current.users[token?.userId ?? ''];
  if (token?.kind !== 'access' || !user) throw unauthorized();
  if (token.expiresAt !== null && token.expiresAt <= now().toISOString()) throw unauthorized();
  if (!scopes.every((scope) => token.scopes.includes(scope))) throw scopeMissing();
  return user;
}
