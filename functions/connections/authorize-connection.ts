import { randomBytes } from 'node:crypto';
import { newVerifier, type OAuthFor, oauthOver, type PlatformApps, platformApps } from '../platforms/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type HostPolicy, hostPolicy } from '../runtime/hosts.ts';
import { outgoing } from '../runtime/http.ts';
import { secretBox } from '../runtime/secrets.ts';
import type { RegistryTools } from './app-registry.ts';
import { appTable } from './app-table.ts';
import { type AuthorizationTable, authorizationTable } from './authorization-table.ts';
import { findConsentApp } from './consent-app.ts';
import { connectionsContract } from './contract.ts';

type Tools = RegistryTools & {
  authorizations: Pick<AuthorizationTable, 'insert'>;
  oauthFor: OAuthFor;
  platformApps: PlatformApps;
  hosts: HostPolicy;
  now: Now;
};

export async function authorizeConnection(
  { body, caller }: Call<typeof connectionsContract.authorizeConnection>,
  tools: Tools,
) {
  const { platform } = body;
  const app = await findConsentApp(body, tools);
  const asking = { state: randomBytes(32).toString('base64url'), verifier: newVerifier() };
  const { teamId, userId } = caller;
  await tools.authorizations.insert({ ...app, ...asking, platform, teamId, userId }, tools.now());
  const oauth = await tools.oauthFor(platform);
  return { authorizationUrl: await oauth.authorizationUrl(app, asking), state: asking.state };
}

export const handler = endpoint(connectionsContract.authorizeConnection, authorizeConnection, () => {
  const apps = platformApps();
  return {
    apps: appTable(),
    authorizations: authorizationTable(),
    oauthFor: oauthOver({ http: outgoing(), now, apps }),
    platformApps: apps,
    secrets: secretBox(),
    hosts: hostPolicy(),
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
});
