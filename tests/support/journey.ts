import { expect, inject, vi } from 'vitest';
import * as z from 'zod';
import { type ClientNest, clientNest, type components } from '../../clients/typescript/src/client.ts';
import type { OAuthPlatformId, PlatformId } from '../../functions/platforms/contract.ts';
import { apiAt } from './raw-api.ts';

type Connection = components['schemas']['Connection'];
type Post = components['schemas']['Post'];

export const addresses = inject('stack');
/** For requests that the typed client would not send. */
export const api = apiAt(addresses.api);
const baseUrl = `${addresses.api}/v1`;
export const password = 'a long pass phrase';

export type Account = { email: string; token: string; teamId: string };

/** Signs up somebody new. */
export async function newAccount(name = 'Ada'): Promise<Account> {
  const client = clientNest({ baseUrl });
  const email = `${name.toLowerCase()}.${crypto.randomUUID()}@example.com`;
  await client.POST('/auth/register', { body: { email, password, name } });
  await client.POST('/auth/confirm', { body: { email, code: '123456' } });
  await client.signIn({ email, password });
  const [team] = (await client.GET('/me')).data.teams;
  return { email, token: client.session()?.accessToken ?? '', teamId: team?.id ?? '' };
}

/** The typed client, as this account in its team. */
export const clientOf = ({ token: accessToken, teamId }: Pick<Account, 'token' | 'teamId'>): ClientNest =>
  clientNest({ baseUrl, teamId, session: { accessToken, refreshToken: '', expiresAt: Number.POSITIVE_INFINITY } });

const redirectUri = 'http://localhost:3000/connected';

function requestFor(platform: OAuthPlatformId) {
  if (platform === 'mastodon') return { platform, redirectUri, server: addresses.mastodon };
  if (platform === 'instagram') return { platform, redirectUri, login: 'instagram' as const };
  return { platform, redirectUri };
}

/** Connects an account by the user's consent. */
export async function connectByConsent(account: Account, platform: OAuthPlatformId, username: string) {
  const client = clientOf(account);
  const { data: begun } = await client.POST('/connections/authorize', { body: requestFor(platform) });
  const back = await fetch(`${begun.authorizationUrl}&auto=1&account=${username}`, { redirect: 'manual' });
  const code = new URL(back.headers.get('location') ?? redirectUri).searchParams.get('code') ?? '';
  return (await client.POST('/connections', { body: { platform, code, state: begun.state } })).data;
}

type BlueskyAccount = { server?: string; identifier?: string };

/** Connects a Bluesky account of its own to the team; `server` is the sandbox of all journeys, unless told. */
export async function connectBluesky(
  account: Account,
  { server = addresses.bluesky, identifier = `${crypto.randomUUID().slice(0, 12)}.test` }: BlueskyAccount = {},
): Promise<Connection> {
  const body = { platform: 'bluesky', server, identifier, appPassword: 'app-pass' } as const;
  return onlyAccount((await clientOf(account).POST('/connections', { body })).data);
}

/** Connects an account of this name on a platform in the way that it has; of several the first. */
export async function connectOn(account: Account, platform: PlatformId, username: string): Promise<Connection> {
  if (platform === 'bluesky') return connectBluesky(account, { identifier: `${username}.test` });
  const made = await connectByConsent(account, platform, username);
  if (!('pendingId' in made)) return made;
  const accountIds = made.accounts.slice(0, 1).map(({ accountId }) => accountId);
  const params = { path: { pendingId: made.pendingId } };
  const { data } = await clientOf(account).POST('/connections/pending/{pendingId}/select', {
    params,
    body: { accountIds },
  });
  const [connection] = data.items;
  if (!connection) throw new Error('the choice opened no account');
  return connection;
}

/** What a consent or an app password connects that opens one account. */
export function onlyAccount(connected: Connection | components['schemas']['PendingConnection']): Connection {
  if ('pendingId' in connected) throw new Error('several accounts to choose from');
  return connected;
}

export const readPost = async (account: Account, postId: string): Promise<Post> =>
  (await clientOf(account).GET('/posts/{postId}', { params: { path: { postId } } })).data;

/** Waits for a post to reach a state. */
export const postIn = (account: Account, id: string, state: Post['state']): Promise<Post> =>
  vi.waitFor(
    async () => {
      const post = await readPost(account, id);
      expect(post.state).toBe(state);
      return post;
    },
    { timeout: 60_000, interval: 200 },
  );

const Arrivals = z.object({ items: z.array(z.object({ text: z.string(), arrivals: z.array(z.unknown()) })) });

/** What arrived at a sandbox platform with this text. */
export async function arrivedAt(platform: string, text: string) {
  const response = await fetch(`${platform}/sandbox/posts`);
  const { items } = Arrivals.parse(await response.json());
  return items.filter((item) => item.text === text);
}

const sharedSandboxes = new Set<unknown>(Object.values(addresses));

/** Tells a sandbox platform to misbehave; one that all journeys share, only to calls `containing` what is ours. */
export async function fault(platform: string, body: Record<string, unknown>): Promise<void> {
  if (sharedSandboxes.has(platform)) expect(body, 'this would hit other journeys').toHaveProperty('containing');
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${platform}/sandbox/faults`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(status).toBe(201);
}

const Faults = z.object({ items: z.array(z.unknown()) });

/** Of what a sandbox platform was told, that which is still to come. */
export async function faultsToCome(platform: string): Promise<unknown[]> {
  const response = await fetch(`${platform}/sandbox/faults`);
  return Faults.parse(await response.json()).items;
}
