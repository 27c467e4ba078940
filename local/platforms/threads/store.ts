import type { Context } from 'hono';
import { permissionMissing, tokenExpired, tokenInvalid, tokenMissing } from '../graph-refusals.ts';
import type { SandboxFiles } from '../sandbox-files.ts';
import type { SandboxState } from '../sandbox-state.ts';
import type { Post, Profile, ThreadsState, Token } from './state.ts';

/** What every part of the Threads sandbox works with. */
export type ThreadsStore = {
  url: string;
  state: SandboxState<ThreadsState>;
  /** Copies of what was fetched. */
  files: SandboxFiles;
  now: () => Date;
  /** How long a container is in progress. */
  processingMs: number;
};

/** Ids are numbers too long for JavaScript's, as strings. */
export function nextId({ state }: ThreadsStore): string {
  state.current.lastId = String(BigInt(state.current.lastId) + 1n);
  return state.current.lastId;
}

/** Anyone may sign in: a profile comes into being when it is first named. */
export function profileNamed(store: ThreadsStore, username: string): Profile {
  const { profiles } = store.state.current;
  const known = Object.values(profiles).find((profile) => profile.username === username);
  if (known) return known;
  const profile = { id: nextId(store), username };
  profiles[profile.id] = profile;
  store.state.changed();
  return profile;
}

export const postUrl = ({ url, state }: ThreadsStore, { profileId, shortcode }: Post) =>
  `${url}/@${state.current.profiles[profileId]?.username}/post/${shortcode}`;

/** The post on which a reply hangs, or the post itself. As far as it is there: what it hangs on may be deleted. */
export function rootOf(store: ThreadsStore, post: Post): Post {
  const answered = store.state.current.posts[post.replyTo ?? ''];
  return answered ? rootOf(store, answered) : post;
}

export type ThreadsCaller = { profile: Profile; token: Token };

/** Parameters come in the query or the form, the access token among them or as a bearer. */
export async function parametersOf(c: Context): Promise<Record<string, string>> {
  const form = c.req.method === 'POST' ? await c.req.parseBody() : {};
  const texts = Object.entries(form).filter((field): field is [string, string] => typeof field[1] === 'string');
  return { ...c.req.query(), ...Object.fromEntries(texts) };
}

/** Who calls, if the token is good and has the scope. */
export async function callerOf(c: Context, store: ThreadsStore, scope: string): Promise<ThreadsCaller> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  const given = bearer ?? (await parametersOf(c)).access_token;
  if (!given) throw tokenMissing();
  const token = store.state.current.tokens[given];
  const profile = store.state.current.profiles[token?.profileId ?? ''];
  if (!token || !profile) throw tokenInvalid();
  if (token.expiresAt <= store.now().toISOString()) throw tokenExpired();
  if (!token.scopes.includes(scope)) throw permissionMissing(scope);
  return { profile, token };
}
