import { createHmac } from 'node:crypto';
import type { Context } from 'hono';
import { graphError, permissionMissing, tokenExpired, tokenInvalid, tokenMissing } from '../graph-refusals.ts';
import { newSecret, sandboxApp } from '../sandbox-oauth.ts';
import type { SandboxState } from '../sandbox-state.ts';
import type { Account, FacebookUser, InstagramState, Post, Token } from './state.ts';

/** What every part of the Instagram sandbox works with. */
export type InstagramStore = {
  url: string;
  state: SandboxState<InstagramState>;
  now: () => Date;
  /** How long a container of a video is in progress. */
  processingMs: number;
  /** Names of the accounts that are linked to a Facebook user's pages; others have one, of their own name. */
  linked: Readonly<Record<string, readonly string[]>>;
};

/** Ids are numbers too long for JavaScript's, as strings. */
export function nextId({ state }: InstagramStore): string {
  state.current.lastId = String(BigInt(state.current.lastId) + 1n);
  return state.current.lastId;
}

/** Anyone may sign in: an account comes into being when it is first named. */
export function accountNamed(store: InstagramStore, username: string): Account {
  const { accounts } = store.state.current;
  const known = Object.values(accounts).find((account) => account.username === username);
  if (known) return known;
  const account = { id: nextId(store), username, ownerId: null };
  accounts[account.id] = account;
  store.state.changed();
  return account;
}

/** The same for a Facebook user, with accounts that are linked to pages. */
export function userNamed(store: InstagramStore, username: string): FacebookUser {
  const { users } = store.state.current;
  const known = Object.values(users).find((user) => user.username === username);
  if (known) return known;
  const user = { id: nextId(store), username, permissions: [] };
  users[user.id] = user;
  for (const name of store.linked[username] ?? [username]) accountNamed(store, name).ownerId = user.id;
  store.state.changed();
  return user;
}

export function issueToken(
  store: InstagramStore,
  { seconds, ...token }: Omit<Token, 'token' | 'issuedAt' | 'expiresAt'> & { seconds: number | null },
): Token {
  const at = store.now();
  const issued = {
    ...token,
    token: `${token.kind === 'instagram' ? 'IGAA' : 'EAA'}${newSecret()}`,
    issuedAt: at.toISOString(),
    expiresAt: seconds === null ? null : new Date(at.getTime() + seconds * 1000).toISOString(),
  };
  store.state.current.tokens[issued.token] = issued;
  store.state.changed();
  return issued;
}

export const postUrl = ({ url }: InstagramStore, { shortcode, mediaType }: Post) =>
  `${url}/${mediaType === 'REELS' ? 'reel' : 'p'}/${shortcode}/`;

/** Parameters come in the query or the form, the access token among them or as a bearer. */
export async function parametersOf(c: Context): Promise<Record<string, string>> {
  const form = c.req.method === 'POST' ? await c.req.parseBody() : {};
  const texts = Object.entries(form).filter((field): field is [string, string] => typeof field[1] === 'string');
  return { ...c.req.query(), ...Object.fromEntries(texts) };
}

export function goodToken({ state, now }: InstagramStore, given: string | undefined): Token {
  const token = state.current.tokens[given ?? ''];
  if (!token) throw tokenInvalid();
  if (token.expiresAt !== null && token.expiresAt <= now().toISOString()) throw tokenExpired();
  return token;
}

/** The token of the call. Facebook's come with the proof of the app ("Require App Secret" is on). */
export async function callingToken(c: Context, store: InstagramStore): Promise<Token> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  const { access_token, appsecret_proof } = await parametersOf(c);
  const given = bearer ?? access_token;
  if (!given) throw tokenMissing();
  const token = goodToken(store, given);
  if (token.kind !== 'instagram') checkProof(given, appsecret_proof);
  return token;
}

export function checkProof(token: string, proof: string | undefined): void {
  const expected = createHmac('sha256', sandboxApp.clientSecret).update(token).digest('hex');
  if (proof !== expected)
    throw graphError({ message: 'API calls from the server require an appsecret_proof argument', code: 100 });
}

/** What each login calls a permission. */
const permissions = {
  basic: { instagram: 'instagram_business_basic', facebook: 'instagram_basic' },
  publish: { instagram: 'instagram_business_content_publish', facebook: 'instagram_content_publish' },
  comments: { instagram: 'instagram_business_manage_comments', facebook: 'instagram_manage_comments' },
  insights: { instagram: 'instagram_business_manage_insights', facebook: 'instagram_manage_insights' },
};

/** The account in whose name the call is made, if the token is good and has the permission. */
export async function callingAccount(
  c: Context,
  store: InstagramStore,
  permission: keyof typeof permissions,
): Promise<Account> {
  const token = await callingToken(c, store);
  const account = store.state.current.accounts[token.accountId ?? ''];
  if (!account) throw graphError({ message: 'A page access token is required to request this resource.', code: 190 });
  const names = permissions[permission];
  const user = store.state.current.users[token.userId ?? ''];
  const missing = user
    ? [names.facebook, 'pages_read_engagement'].find((name) => !user.permissions.includes(name))
    : [names.instagram].find((name) => !token.scopes.includes(name));
  if (missing !== undefined) throw permissionMissing(missing);
  return account;
}
