import {
  adaptersOver,
  type BlueskyAuth,
  blueskyAuth,
  type ConnectedAccount,
  type MastodonAuth,
  mastodonAuth,
  PlatformRefused,
} from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call, TeamCaller } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { type HostPolicy, hostPolicy } from '../runtime/hosts.ts';
import { outgoing } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { secretBox } from '../runtime/secrets.ts';
import { serverOrigin } from './addresses.ts';
import { appSecretContext } from './app-registry.ts';
import { type AppTable, appTable } from './app-table.ts';
import { type AuthorizationTable, authorizationTable } from './authorization-table.ts';
import { connectionTable } from './connection-table.ts';
import { connectionFaults, connectionsContract, type NewConnection } from './contract.ts';
import { type KeepTools, keepAccount } from './keep-account.ts';
import { asked } from './platform-faults.ts';

type Tools = KeepTools & {
  authorizations: Pick<AuthorizationTable, 'take'>;
  apps: Pick<AppTable, 'forget'>;
  mastodon: Pick<MastodonAuth, 'connect'>;
  bluesky: BlueskyAuth;
  hosts: HostPolicy;
};
type Of<Platform> = Extract<NewConnection, { platform: Platform }>;

export async function createConnection(
  { body, caller }: Call<typeof connectionsContract.createConnection>,
  tools: Tools,
) {
  const account = body.platform === 'mastodon' ? await byCode(body, caller, tools) : await byAppPassword(body, tools);
  return keepAccount({ platform: body.platform, teamId: caller.teamId, account }, tools);
}

async function byCode({ code, state }: Of<'mastodon'>, caller: TeamCaller, tools: Tools): Promise<ConnectedAccount> {
  const authorization = await tools.authorizations.take({ ...caller, state }, tools.now());
  if (!authorization) throw new Fault(connectionFaults['connection.state_unknown']);
  const { verifier, server, redirectUri, clientId, sealedClientSecret } = authorization;
  const clientSecret = await tools.secrets.open(sealedClientSecret, appSecretContext(authorization));
  const app = { server, redirectUri, clientId, clientSecret };
  const meanings = { reconnect: 'connection.code_refused', account_restricted: 'connection.code_refused' } as const;
  return asked(meanings, async () => {
    try {
      return await tools.mastodon.connect(app, { code, verifier });
    } catch (error) {
      if (isAppRefused(error)) await tools.apps.forget(app, clientId);
      throw error;
    }
  });
}

/** A server that was set up anew, or that drops unused apps, refuses the app and not the code (RFC 6749 §5.2). */
const isAppRefused = (error: unknown) => error instanceof PlatformRefused && error.refusal.platformCode === '401';

function byAppPassword({ server, identifier, appPassword }: Of<'bluesky'>, tools: Tools): Promise<ConnectedAccount> {
  const origin = serverOrigin(server, tools.hosts);
  const wrong = 'connection.credentials_wrong';
  const meanings = { reconnect: wrong, account_restricted: wrong, content_rejected: wrong } as const;
  return asked(meanings, () => tools.bluesky.connect({ server: origin, identifier, appPassword }));
}

export const handler = endpoint(connectionsContract.createConnection, createConnection, () => {
  const calls = { http: outgoing(), now };
  return {
    authorizations: authorizationTable(),
    apps: appTable(),
    connections: connectionTable(),
    secrets: secretBox(),
    mastodon: mastodonAuth(calls),
    bluesky: blueskyAuth(calls),
    adapterFor: adaptersOver(calls),
    hosts: hostPolicy(),
    now,
    newId: () => newId('conn'),
  };
});
