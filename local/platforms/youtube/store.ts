import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { SandboxState } from '../sandbox-state.ts';
import { scopeMissing, unauthorized } from './refusals.ts';
import type { Channel, YoutubeState } from './state.ts';

/** What every part of the YouTube sandbox works with. */
export type YoutubeStore = { url: string; state: SandboxState<YoutubeState>; now: () => Date };

export const newVideoId = () => randomBytes(8).toString('base64url').slice(0, 11);

/** Anyone may sign in: a channel comes into being when its owner is first named. */
export function channelOf({ state }: YoutubeStore, username: string): Channel {
  const id = `UC${createHash('sha256').update(username).digest('base64url').slice(0, 22)}`;
  const known = state.current.channels[id];
  if (known) return known;
  state.current.channels[id] = { id, username };
  state.changed();
  return { id, username };
}

export const uploadsOf = ({ id }: Channel) => `UU${id.slice(2)}`;

const scopeOf = (name: string) => `https://www.googleapis.com/auth/${name}`;

/** Whose channel calls, if the token is good and has the scope. */
export function callerOf(c: Context, { state, now }: YoutubeStore, scope: string): Channel {
  const given = /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  const token = state.current.tokens[given ?? ''];
  const channel = state.current.channels[token?.channelId ?? ''];
  if (token?.kind !== 'access' || !channel) throw unauthorized();
  if (token.expiresAt !== null && token.expiresAt <= now().toISOString()) throw unauthorized();
  if (!token.scopes.includes(scopeOf(scope))) throw scopeMissing();
  return channel;
}
