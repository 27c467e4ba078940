import { randomBytes } from 'node:crypto';
import { type MastodonAuth, mastodonAuth, newVerifier } from '../platforms/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type HostPolicy, hostPolicy } from '../runtime/hosts.ts';
import { outgoing } from '../runtime/http.ts';
import { type SecretBox, secretBox } from '../runtime/secrets.ts';
import { checkRedirect, serverOrigin } from './addresses.ts';
import { findOrRegisterApp } from './app-registry.ts';
import { type AppTable, appTable } from './app-table.ts';
import { type AuthorizationTable, authorizationTable } from './authorization-table.ts';
import { connectionsContract } from './contract.ts';
import { asked } from './platform-faults.ts';

type Tools = {
  apps: Pick<AppTable, 'find' | 'reserve' | 'keep' | 'release'>;
  authorizations: Pick<AuthorizationTable, 'insert'>;
  mastodon: Pick<MastodonAuth, 'registerApp' | 'authorizationUrl'>;
  secrets: Pick<SecretBox, 'seal'>;
  hosts: HostPolicy;
  now: Now;
  wait: (ms: number) => Promise<void>;
};

export async function authorizeConnection(
  { body, caller }: Call<typeof connectionsContract.authorizeConnection>,
  tools: Tools,
) {
  const server = serverOrigin(body.server, tools.hosts);
  checkRedirect(body.redirectUri);
  const place = { server, redirectUri: body.redirectUri };
  // The address for the answer is the one thing of a registration that a server can dislike.
  const meanings = { content_rejected: 'connection.redirect_refused' } as const;
  const app = await asked(meanings, () => findOrRegisterApp(place, tools));
  const asking = { state: randomBytes(32).toString('base64url'), verifier: newVerifier() };
  const { teamId, userId } = caller;
  await tools.authorizations.insert({ ...app, ...asking, teamId, userId }, tools.now());
  return { authorizationUrl: tools.mastodon.authorizationUrl(app, asking), state: asking.state };
}

export const handler = endpoint(connectionsContract.authorizeConnection, authorizeConnection, () => ({
  apps: appTable(),
  authorizations: authorizationTable(),
  mastodon: mastodonAuth({ http: outgoing(), now }),
  secrets: secretBox(),
  hosts: hostPolicy(),
  now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}));
