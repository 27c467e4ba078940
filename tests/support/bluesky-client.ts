import { clientMetadata } from '../../functions/platforms/bluesky/client-metadata.ts';
import { blueskyOAuth } from '../../functions/platforms/bluesky/oauth.ts';
import { newVerifier } from '../../functions/platforms/oauth.ts';
import type { AppCredentials, PlatformApps } from '../../functions/platforms/platform-apps.ts';
import { localClient } from '../../local/platforms/bluesky/local-client.ts';
import { calls, callsTo, redirectUri } from './sandbox.ts';
import { scriptedServer } from './scripted-server.ts';

/** Our client with its document on a server, as the API would serve it; `credentials` may be changed meanwhile. */
export async function startBlueskyClient() {
  const current: { credentials: AppCredentials } = { credentials: localClient('http://127.0.0.1', [redirectUri]) };
  const server = await scriptedServer(() => ({ body: clientMetadata(current.credentials) }));
  current.credentials = localClient(`${server.url}/client-metadata.json`, [redirectUri]);
  const over = (apps: PlatformApps): PlatformApps => ({ ...apps, find: async () => current.credentials });
  return {
    current,
    stop: server.stop,
    apps: over(calls.apps),
    /** Tools of an adapter whose platform is one sandbox. */
    callsTo(url: string) {
      const tools = callsTo(url);
      return { ...tools, apps: over(tools.apps) };
    },
  };
}
export type BlueskyClient = Awaited<ReturnType<typeof startBlueskyClient>>;

/** Agrees as a user would, and gives what comes back. */
export async function consentOf(authorizationUrl: string, account?: string) {
  const who = account === undefined ? '' : `&account=${account}`;
  const answer = await fetch(`${authorizationUrl}&auto=1${who}`, { redirect: 'manual' });
  const { searchParams } = new URL(answer.headers.get('location') ?? 'about:blank');
  return {
    code: searchParams.get('code') ?? '',
    issuer: searchParams.get('iss') ?? '',
    state: searchParams.get('state'),
  };
}

/** Goes the whole way of a user, and gives the account. */
export async function connectBlueskyByConsent(client: BlueskyClient, url: string, identifier = 'alice.test') {
  const auth = blueskyOAuth(client.callsTo(url));
  const { server, account } = await auth.findServer(identifier);
  const app = { server, redirectUri, ...client.current.credentials };
  const kept = { verifier: newVerifier(), sessionKey: await auth.newSessionKey() };
  const page = await auth.authorizationUrl(app, { state: 's', account, ...kept });
  const { code, issuer } = await consentOf(page);
  const grant = await auth.exchange(app, { code, issuer, accountId: account?.id, ...kept });
  const [connected] = await auth.listAccounts(app, grant);
  if (!connected) throw new Error('the consent opens no account');
  return connected;
}
