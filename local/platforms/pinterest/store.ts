import type { Context } from 'hono';
import type { SandboxState } from '../sandbox-state.ts';
import { authenticationFailed, boardMissing, notPermitted, scopeMissing } from './refusals.ts';
import type { Board, Pin, PinterestState, Token, User } from './state.ts';

/** What every part of the Pinterest sandbox works with. */
export type PinterestStore = {
  url: string;
  state: SandboxState<PinterestState>;
  now: () => Date;
  /** How long a video is processed once it has been uploaded. */
  processingMs: number;
  /** Names of the boards that a user has; others have one. */
  boards: Readonly<Record<string, readonly string[]>>;
};

export const versionPath = '/v5';

export function nextId({ state }: PinterestStore): string {
  state.current.lastId = String(BigInt(state.current.lastId) + 1n);
  return state.current.lastId;
}

/** Anyone may sign in: a user comes into being, with boards, when first named. */
export function userNamed(store: PinterestStore, username: string): User {
  const { users, boards } = store.state.current;
  const known = Object.values(users).find((user) => user.username === username);
  if (known) return known;
  const user = { id: nextId(store), username };
  users[user.id] = user;
  for (const name of store.boards[username] ?? [`${username}'s pins`]) {
    const sections = [{ id: nextId(store), name: 'First section' }];
    const board = { id: nextId(store), name, userId: user.id, sections };
    boards[board.id] = board;
  }
  store.state.changed();
  return user;
}

export const pinUrl = ({ url }: PinterestStore, { id }: Pin) => `${url}/pin/${id}`;

function bearerOf(c: Context): string {
  return /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';
}

/** Who calls, if the token is good and has all scopes. */
export function callerOf(
  c: Context,
  { state, now }: PinterestStore,
  ...scopes: string[]
): { token: Token; user: User } {
  const token = state.current.tokens[bearerOf(c)];
  const user = state.current.users[token?.userId ?? ''];
  if (!token || !user || token.expiresAt <= now().toISOString()) throw authenticationFailed();
  const missing = scopes.find((scope) => !token.scopes.includes(scope));
  if (missing !== undefined) throw scopeMissing(missing);
  return { token, user };
}

/** A board of this user. */
export function ownBoard({ state }: PinterestStore, user: User, id: string): Board {
  const board = state.current.boards[id];
  if (!board) throw boardMissing();
  if (board.userId !== user.id) throw notPermitted();
  return board;
}

type Page = { bookmark?: string | undefined; page_size?: string | undefined };

/** One page of a list, and the bookmark of the next. */
export function pageOf<Item extends { id: string }>(items: Item[], { bookmark, page_size = '25' }: Page) {
  const start = bookmark === undefined ? 0 : items.findIndex(({ id }) => id === bookmark) + 1;
  const shown = items.slice(start, start + Math.min(250, Math.max(1, Number(page_size))));
  const next = start + shown.length < items.length ? (shown.at(-1)?.id ?? null) : null;
  return { shown, bookmark: next };
}
