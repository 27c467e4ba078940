import {
  accessOver,
  appPasswordsOver,
  type BlueskyAuth,
  type ConnectedAccount,
  type Grant,
  type OAuthApp,
  type OAuthFor,
  oauthOver,
  type PlatformApps,
  PlatformRefused,
  platformApps,
} from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call, TeamCaller } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { type HostPolicy, hostPolicy } from '../runtime/hosts.ts';
import { outgoing } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { secretBox } from '../runtime/secrets.ts';
import { slotZones } from '../scheduling/public.ts';
import { connectionPlaces } from '../teams/public.ts';
import { serverOrigin } from './addresses.ts';
import { type AppTable, appTable } from './app-table.ts';
import { type AuthorizationTable, authorizationTable, type StoredAuthorization } from './authorization-table.ts';
import { connectionTable } from './connection-table.ts';
import { shown, type ViewTools } from './connection-view.ts';
import { openConsentApp } from './consent-app.ts';
import type { NewConnection } from './consent-schemas.ts';
import { ticketDigest } from './consent-state.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';
import { type KeepTools, keepAccount } from './keep-account.ts';
import { codeContext } from './kept-code.ts';
import { grantContext, type PendingTable, pendingTable, shownPending } from './pending-table.ts';
import { asked } from './platform-faults.ts';
import { reconnectAccount } from './reconnect-account.ts';
import { sessionKeyContext } from './session-key.ts';

type Tools = KeepTools &
  ViewTools & {
    authorizations: Pick<AuthorizationTable, 'take'>;
    apps: Pick<AppTable, 'forget'>;
    pendings: Pick<PendingTable, 'insert'>;
    oauthFor: OAuthFor;
    platformApps: PlatformApps;
    bluesky: BlueskyAuth;
    hosts: HostPolicy;
    newPendingId: () => string;
  };
type AppPassword = Extract<NewConnection, { appPassword: string }>;
type Consented = Exclude<NewConnection, AppPassword>;

export async function createConnection(
  { body, caller }: Call<typeof connectionsContract.createConnection>,
  tools: Tools,
) {
  if (!('appPassword' in body)) return byConsent(body, caller, tools);
  const account = await byAppPassword(body, tools);
  return shown(await keepAccount({ platform: body.platform, teamId: caller.teamId, account }, tools), tools);
}

async function byConsent({ platform, ...came }: Consented, caller: TeamCaller, tools: Tools) {
  const { state } = came;
  const proof = 'ticket' in came && { ticketDigest: ticketDigest(came.ticket) };
  const authorization = await tools.authorizations.take({ ...caller, platform, state, ...proof }, tools.now());
  if (!authorization) throw new Fault(connectionFaults['connection.state_unknown']);
  const answer = 'ticket' in came ? await keptAnswer(authorization, tools) : came;
  const app = await openConsentApp(platform, authorization, tools);
  const { grant, accounts } = await exchange(authorization, { app, answer }, tools);
  const { teamId, connectionId } = authorization;
  if (connectionId !== undefined)
    return shown(await reconnectAccount({ platform, teamId, connectionId }, accounts, tools), tools);
  const [account, ...others] = accounts;
  if (!account) throw new Fault(connectionFaults['connection.no_accounts']);
  if (others.length > 0) return offer(authorization, { grant, accounts }, tools);
  return shown(await keepAccount({ platform, teamId: caller.teamId, account }, tools), tools);
}

type Granted = { grant: Grant; accounts: ConnectedAccount[] };

type Answer = { code: string; iss?: string | undefined };

/** The code that came to us in the place of the frontend. */
async function keptAnswer(authorization: StoredAuthorization, { secrets }: Tools): Promise<Answer> {
  const { sealedCode, issuer } = authorization;
  if (sealedCode === undefined) throw new Error('a consent has a ticket and no code');
  return { code: await secrets.open(sealedCode, codeContext(authorization)), iss: issuer };
}

type Answered = { app: OAuthApp; answer: Answer };

function exchange(authorization: StoredAuthorization, { app, answer }: Answered, tools: Tools): Promise<Granted> {
  const { platform, verifier, sealedClientSecret, account } = authorization;
  const meanings = { reconnect: 'connection.code_refused', account_restricted: 'connection.code_refused' } as const;
  return asked(meanings, async () => {
    const oauth = await tools.oauthFor(platform);
    try {
      const sessionKey = await openSessionKey(authorization, tools);
      const { code, iss: issuer } = answer;
      const grant = await oauth.exchange(app, { code, issuer, verifier, sessionKey, accountId: account?.id });
      return { grant, accounts: await oauth.listAccounts(app, grant) };
    } catch (error) {
      if (sealedClientSecret !== undefined && isAppRefused(error)) await tools.apps.forget(app, app.clientId);
      throw error;
    }
  });
}

const openSessionKey = async ({ sealedSessionKey, ...place }: StoredAuthorization, { secrets }: Tools) =>
  sealedSessionKey && (await secrets.open(sealedSessionKey, sessionKeyContext(place)));

/** A server that was set up anew, or that drops unused apps, refuses the app and not the code (RFC 6749 §5.2). */
const isAppRefused = (error: unknown) => error instanceof PlatformRefused && error.refusal.platformCode === '401';

/** Keeps the consent until the user has chosen. */
async function offer(authorization: StoredAuthorization, { grant, accounts }: Granted, tools: Tools) {
  const { server, redirectUri, clientId, sealedClientSecret, platform, login, teamId, userId } = authorization;
  const app = { server, redirectUri, clientId, sealedClientSecret, platform, login };
  const pending = { ...app, teamId, userId, pendingId: tools.newPendingId() };
  const sealedGrant = await tools.secrets.seal(grant.secret, grantContext(pending));
  const offered = accounts.map(({ accountId, accountName, accountUrl }) => ({ accountId, accountName, accountUrl }));
  const { scopes } = grant;
  return shownPending(await tools.pendings.insert({ ...pending, sealedGrant, scopes, accounts: offered }, tools.now()));
}

function byAppPassword({ server, identifier, appPassword }: AppPassword, tools: Tools): Promise<ConnectedAccount> {
  const origin = serverOrigin(server, tools.hosts);
  const wrong = 'connection.credentials_wrong';
  const meanings = { reconnect: wrong, account_restricted: wrong, content_rejected: wrong } as const;
  return asked(meanings, () => tools.bluesky.connect({ server: origin, identifier, appPassword }));
}

export const handler = endpoint(connectionsContract.createConnection, createConnection, () => {
  const apps = platformApps();
  const calls = { http: outgoing(), now, apps };
  return {
    authorizations: authorizationTable(),
    apps: appTable(),
    pendings: pendingTable(),
    connections: connectionTable(),
    places: connectionPlaces(),
    zones: slotZones(),
    secrets: secretBox(),
    oauthFor: oauthOver(calls),
    platformApps: apps,
    bluesky: appPasswordsOver(calls),
    accessFor: accessOver(calls),
    hosts: hostPolicy(),
    now,
    newId: () => newId('conn'),
    newPendingId: () => newId('pending'),
  };
});
