import type { AppPlatformId, InstagramLogin, PlatformId } from '../platforms/contract.ts';
import type { NamedAccount, OAuthApp, OAuthFor, PlatformApps } from '../platforms/public.ts';
import { Fault } from '../runtime/fault.ts';
import type { HostPolicy } from '../runtime/hosts.ts';
import type { SecretBox } from '../runtime/secrets.ts';
import { checkRedirect, serverOrigin } from './addresses.ts';
import { appSecretContext, findOrRegisterApp, type RegistryTools } from './app-registry.ts';
import type { StoredApp } from './app-table.ts';
import type { ConsentRequest } from './consent-schemas.ts';
import { connectionFaults } from './faults.ts';
import { asked } from './platform-faults.ts';

/** Our app at the platform or server that a consent is asked of. One that we registered there has a secret of its own. */
export type ConsentApp = Omit<StoredApp, 'sealedClientSecret' | 'reservedUntil'> & {
  sealedClientSecret?: string | undefined;
  login?: InstagramLogin | undefined;
  account?: NamedAccount | undefined;
};

type FindTools = RegistryTools & { oauthFor: OAuthFor; platformApps: PlatformApps; hosts: HostPolicy };

/** The app to ask with: registered at the user's server if need be, else the one of this installation. */
export async function findConsentApp(request: ConsentRequest, tools: FindTools): Promise<ConsentApp> {
  checkRedirect(request.redirectUri);
  const { redirectUri } = request;
  if ('identifier' in request) return appAtAccount(request, tools);
  if (!('server' in request)) return installedApp(request, tools);
  const server = serverOrigin(request.server, tools.hosts);
  const { registerApp } = await tools.oauthFor(request.platform);
  if (!registerApp) throw new Error(`${request.platform} registers no apps`);
  // The address for the answer is the one thing of a registration that a server can dislike.
  const meanings = { content_rejected: 'connection.redirect_refused' } as const;
  return asked(meanings, () => findOrRegisterApp({ server, redirectUri }, registerApp, tools));
}

type Credentials = { platformApps: PlatformApps };

type AccountRequest = Extract<ConsentRequest, { identifier: string }>;
type AppRequest = Exclude<ConsentRequest, AccountRequest | { platform: 'mastodon' }>;

/** Where every server takes us for the same app, and the account says which server it is. */
async function appAtAccount(
  { platform, identifier, redirectUri }: AccountRequest,
  tools: FindTools,
): Promise<ConsentApp> {
  const { clientId } = await credentialsOf(platform, tools.platformApps);
  const { findServer } = await tools.oauthFor(platform);
  if (!findServer) throw new Error(`${platform} has one server`);
  const meanings = { target_gone: 'connection.account_unknown' } as const;
  const { server, account } = await asked(meanings, () => findServer(identifier));
  return { server, redirectUri, clientId, account };
}

async function installedApp(request: AppRequest, { platformApps }: Credentials): Promise<ConsentApp> {
  const { platform, redirectUri } = request;
  const login = 'login' in request ? request.login : undefined;
  const { clientId } = await credentialsOf(appFor(platform, login), platformApps);
  return { server: platformApps.api(platform).web, redirectUri, clientId, ...(login && { login }) };
}

/** Facebook Login asks as our Facebook app, whatever it opens. */
const appFor = (platform: AppPlatformId, login: InstagramLogin | undefined) =>
  login === 'facebook' ? 'facebook' : platform;

type OpenTools = Credentials & { secrets: Pick<SecretBox, 'open'> };

/** The app of a consent with its secret in the clear. */
export async function openConsentApp(
  platform: PlatformId,
  { server, redirectUri, clientId, sealedClientSecret, login }: ConsentApp,
  { secrets, platformApps }: OpenTools,
): Promise<OAuthApp> {
  const place = { server, redirectUri };
  if (sealedClientSecret !== undefined)
    return { ...place, clientId, clientSecret: await secrets.open(sealedClientSecret, appSecretContext(place)) };
  if (platform === 'mastodon') throw new Error('the app of a server has lost its secret');
  return { ...place, ...(await credentialsOf(appFor(platform, login), platformApps)), login };
}

async function credentialsOf(platform: AppPlatformId, platformApps: PlatformApps) {
  const credentials = await platformApps.find(platform);
  if (!credentials) throw new Fault(connectionFaults['connection.platform_not_configured']);
  return credentials;
}
