import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Account, ConnectedAccount } from '../../functions/platforms/adapter.ts';
import type { AppTools, MediaTools } from '../../functions/platforms/answer.ts';
import { blueskyAuth } from '../../functions/platforms/bluesky/auth.ts';
import type { AppPlatformId } from '../../functions/platforms/contract.ts';
import { facebookAuth } from '../../functions/platforms/facebook/auth.ts';
import { linkedinAuth } from '../../functions/platforms/linkedin/auth.ts';
import { mastodonAuth } from '../../functions/platforms/mastodon/auth.ts';
import { mediaReader } from '../../functions/platforms/media-reader.ts';
import { newVerifier, type OAuth, type OAuthApp } from '../../functions/platforms/oauth.ts';
import type { PlatformApps } from '../../functions/platforms/platform-apps.ts';
import { threadsAuth } from '../../functions/platforms/threads/auth.ts';
import { downloads, outgoing } from '../../functions/runtime/http.ts';
import { sandboxApis } from '../../lib/platform-apis.ts';
import { sandboxPassword } from '../../local/platforms/bluesky/store.ts';
import { sandboxApp } from '../../local/platforms/sandbox-oauth.ts';

/** Our app on sandboxes; `none` of them has credentials when told so. */
export const appsAt = (urlOf: (platform: AppPlatformId) => string, has: 'app' | 'none' = 'app'): PlatformApps => ({
  api: (platform) => sandboxApis(urlOf)[platform],
  find: async () => (has === 'app' ? sandboxApp : undefined),
});

export const calls = {
  http: outgoing('allow'),
  media: mediaReader(downloads('allow')),
  now: () => new Date(),
  apps: appsAt(() => 'http://127.0.0.1:9'),
};

/** Tools of an adapter whose platform is one sandbox. */
export const callsTo = (url: string): AppTools & MediaTools => ({ ...calls, apps: appsAt(() => url) });

export const redirectUri = 'https://app.example.com/connected';

const Posts = z.object({
  items: z.array(z.object({ text: z.string(), arrivals: z.array(z.string()), replyTo: z.string().nullable() })),
});

const Calls = z.object({ underWay: z.number() });
/** Longer than tests hold calls up, shorter than a test may take. */
const calmWithinMs = 3000;

type Fault = {
  operation: string;
  kind: 'delay' | 'rate_limit' | 'error' | 'drop_before' | 'drop_after' | 'expire_tokens' | 'malformed';
  times?: number;
  delayMs?: number;
  retryAfterSeconds?: number;
  silent?: boolean;
  status?: number;
};

/** What tests tell a sandbox platform and ask of it. */
export function sandboxControl(url: string) {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  return {
    fail: (fault: Fault) => post('/sandbox/faults', fault),
    engage: (id: string, figures: { likes?: number; reposts?: number; replies?: number }) =>
      post('/sandbox/engagement', { id, ...figures }),
    async posts() {
      const answer = await fetch(`${url}/sandbox/posts`);
      return Posts.parse(await answer.json()).items;
    },
    /** Waits until the sandbox has done all that it was called for, by callers too who have hung up. */
    async calm() {
      const deadline = performance.now() + calmWithinMs;
      for (;;) {
        const { underWay } = Calls.parse(await (await fetch(`${url}/sandbox/faults`)).json());
        if (underWay === 0) return;
        if (performance.now() > deadline) throw new Error(`${underWay} calls of ${url} do not end`);
        await setTimeout(10);
      }
    },
    async clear() {
      await fetch(`${url}/sandbox/faults`, { method: 'DELETE' });
      await fetch(`${url}/sandbox/posts`, { method: 'DELETE' });
    },
  };
}

/** The account as it is kept: `saved` tells which secrets were saved, the last one is the account's. */
type Kept = Pick<ConnectedAccount, 'server' | 'accountId' | 'accountName' | 'secret'>;
export function keptAccount({ server, accountId, accountName, secret }: Kept) {
  const saved: string[] = [];
  const account: Account = {
    server,
    accountId,
    accountName,
    secret,
    renewSecret: async (renew) => {
      account.secret = await renew(account.secret);
      saved.push(account.secret);
      return account.secret;
    },
  };
  return { account, saved };
}

/** For accounts whose secret is not to be renewed. */
export const neverRenewed = () => Promise.reject(new Error('renewed'));

/** Agrees on the consent page as a browser would, and gives the code that comes back. */
export async function consentCode(authorizationUrl: string, username = 'alice'): Promise<string> {
  const { code } = await comeBack(authorizationUrl, username);
  if (!code) throw new Error('no code came back');
  return code;
}

/** Agrees, and gives all that the platform adds to the address that the browser is sent back to. */
export async function comeBack(authorizationUrl: string, username = 'alice'): Promise<Record<string, string>> {
  const answer = await fetch(`${authorizationUrl}&auto=1&account=${username}`, { redirect: 'manual' });
  return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);
}

export async function connectMastodon(server: string, username = 'alice') {
  const auth = mastodonAuth(calls);
  return connectByConsent(auth, await auth.registerApp(server, redirectUri), username);
}

export const connectThreads = (server: string, username = 'alice') =>
  connectByConsent(threadsAuth(callsTo(server)), { server, redirectUri, ...sandboxApp }, username);

export const connectFacebook = (server: string, username = 'alice') =>
  connectByConsent(facebookAuth(callsTo(server)), { server, redirectUri, ...sandboxApp }, username);

/** The member comes first, then the organizations that the member runs. */
export const connectLinkedin = (server: string, username = 'alice', place = 0) =>
  connectByConsent(linkedinAuth(callsTo(server)), { server, redirectUri, ...sandboxApp }, username, place);

/** Goes the whole way of a user, and gives the first account, or the one at this place. */
export async function connectByConsent(auth: OAuth, app: OAuthApp, username = 'alice', place = 0) {
  const verifier = newVerifier();
  const code = await consentCode(await auth.authorizationUrl(app, { state: 's', verifier }), username);
  const account = (await auth.listAccounts(app, await auth.exchange(app, { code, verifier })))[place];
  if (!account) throw new Error('the consent opens no account');
  return account;
}

export const connectBluesky = (server: string, identifier = 'alice.test') =>
  blueskyAuth(calls).connect({ server, identifier, appPassword: sandboxPassword });
