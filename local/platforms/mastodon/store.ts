import { randomBytes } from 'node:crypto';
import type { SandboxFiles } from '../sandbox-files.ts';
import type { SandboxState } from '../sandbox-state.ts';
import type { Account, MastodonState, Status } from './state.ts';

/** What every part of the Mastodon sandbox works with. */
export type MastodonStore = {
  url: string;
  limits: MastodonLimits;
  state: SandboxState<MastodonState>;
  files: SandboxFiles;
  now: () => Date;
};

export type MastodonLimits = {
  maxCharacters: number;
  charactersPerUrl: number;
  maxMedia: number;
  mediaProcessingMs: number;
};

/** Ids are strings of digits that grow with time, as on a real server. */
export function nextId({ state, now }: MastodonStore): string {
  const byClock = BigInt(now().getTime()) << 16n;
  const last = BigInt(state.current.lastId);
  state.current.lastId = String(byClock > last ? byClock : last + 1n);
  return state.current.lastId;
}

export const newSecret = () => randomBytes(32).toString('base64url');

export const usernamePattern = /^[a-z0-9_]{1,30}$/i;

/** Anyone may sign in: an account comes into being when it is first named. */
export function accountNamed(store: MastodonStore, username: string): Account {
  const { accounts } = store.state.current;
  const known = findAccountNamed(store, username);
  if (known) return known;
  const account = { id: nextId(store), username, createdAt: store.now().toISOString() };
  accounts[account.id] = account;
  store.state.changed();
  return account;
}

export const findAccountNamed = ({ state }: MastodonStore, username: string) =>
  Object.values(state.current.accounts).find((account) => account.username.toLowerCase() === username.toLowerCase());

/** Newest first. Ids of one length sort as text, so by time. */
export const newestFirst = (statuses: Status[]) => statuses.toSorted((one, other) => (one.id < other.id ? 1 : -1));

export const repliesTo = ({ state }: MastodonStore, statusId: string) =>
  Object.values(state.current.statuses).filter(({ inReplyToId }) => inReplyToId === statusId);
