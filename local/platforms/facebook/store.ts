import { createHmac } from 'node:crypto';
import type { Context } from 'hono';
import { graphError, tokenExpired, tokenInvalid, tokenMissing } from '../graph-refusals.ts';
import type { SandboxFiles } from '../sandbox-files.ts';
import { newSecret, sandboxApp } from '../sandbox-oauth.ts';
import type { SandboxState } from '../sandbox-state.ts';
import { invalid, proofInvalid, proofMissing } from './refusals.ts';
import type { FacebookState, Page, Post, Token, User } from './state.ts';

/** What every part of the Facebook sandbox works with. */
export type FacebookStore = {
  url: string;
  state: SandboxState<FacebookState>;
  /** Copies of what was fetched. */
  files: SandboxFiles;
  now: () => Date;
  /** How long a video is processed. */
  processingMs: number;
  /** What every video fails of when it is processed; null: none does. */
  processingProblem: string | null;
  /** Whether videos may be there before they are published. */
  unpublishedVideos: boolean;
  /** Names of the pages that a user has from the start; others have one page. */
  pages: Readonly<Record<string, readonly string[]>>;
};

const pageTasks = ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'];

/** Ids are numbers too long for JavaScript's, as strings. */
export function nextId({ state }: FacebookStore): string {
  state.current.lastId = String(BigInt(state.current.lastId) + 1n);
  return state.current.lastId;
}

/** Anyone may sign in: a user comes into being, with pages, when first named. */
export function userNamed(store: FacebookStore, username: string): User {
  const { users, pages } = store.state.current;
  const known = Object.values(users).find((user) => user.username === username);
  if (known) return known;
  const user = { id: nextId(store), username, permissions: [] };
  users[user.id] = user;
  for (const name of store.pages[username] ?? [`${username}'s page`]) {
    const page = { id: nextId(store), name, userId: user.id, tasks: pageTasks };
    pages[page.id] = page;
  }
  store.state.changed();
  return user;
}

export function issueToken(store: FacebookStore, token: Omit<Token, 'token'>): Token {
  const issued = { ...token, token: `EAA${newSecret()}` };
  store.state.current.tokens[issued.token] = issued;
  store.state.changed();
  return issued;
}

/** Where a post is; one that is a video is a reel. */
export const postPath = ({ id, pageId, videoId }: Post) =>
  videoId === null ? `/${pageId}/posts/${id.split('_')[1]}` : `/reel/${videoId}/`;
export const postUrl = ({ url }: FacebookStore, post: Post) => `${url}${postPath(post)}`;

/** Parameters come in the query or the form, the access token among them. */
export async function parametersOf(c: Context): Promise<Record<string, string>> {
  const form = c.req.method === 'POST' ? await c.req.parseBody() : {};
  const texts = Object.entries(form).filter((field): field is [string, string] => typeof field[1] === 'string');
  return { ...c.req.query(), ...Object.fromEntries(texts) };
}

const signing = ['access_token', 'appsecret_proof', 'fields'];

/** What the sandbox does not imitate, it refuses. */
export function onlyKnown(given: Readonly<Record<string, string>>, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name) && !signing.includes(name));
  if (unknown !== undefined) throw invalid(`The sandbox does not imitate the parameter ${unknown}`);
}

/** The access token of the call, with the proof that it comes from the app ("Require App Secret" is on). */
export async function signedToken(c: Context): Promise<string> {
  const { access_token, appsecret_proof } = await parametersOf(c);
  if (!access_token) throw tokenMissing();
  if (!appsecret_proof) throw proofMissing();
  const proof = createHmac('sha256', sandboxApp.clientSecret).update(access_token).digest('hex');
  if (appsecret_proof !== proof) throw proofInvalid();
  return access_token;
}

export function goodToken({ state, now }: FacebookStore, given: string): { token: Token; user: User } {
  const token = state.current.tokens[given];
  const user = state.current.users[token?.userId ?? ''];
  if (!token || !user) throw tokenInvalid();
  if (token.expiresAt !== null && token.expiresAt <= now().toISOString()) throw tokenExpired();
  return { token, user };
}

export async function callingUser(c: Context, store: FacebookStore): Promise<{ token: Token; user: User }> {
  const caller = goodToken(store, await signedToken(c));
  if (caller.token.pageId !== null) throw graphError({ message: 'A user access token is required', code: 190 });
  return caller;
}

/** The page in whose name the call is made. */
export async function callingPage(c: Context, store: FacebookStore): Promise<{ page: Page; user: User }> {
  const { token, user } = goodToken(store, await signedToken(c));
  const page = store.state.current.pages[token.pageId ?? ''];
  if (!page) throw graphError({ message: 'A page access token is required to request this resource.', code: 190 });
  return { page, user };
}

export const isPermitted = ({ page, user }: { page: Page; user: User }, asked: string, permission: string) =>
  (asked === page.id || asked === 'me') &&
  page.tasks.includes('CREATE_CONTENT') &&
  user.permissions.includes('pages_read_engagement') &&
  user.permissions.includes(permission);
