import { accountOpener } from '../../functions/connections/account-opener.ts';
import { appTable } from '../../functions/connections/app-table.ts';
import { authorizationTable } from '../../functions/connections/authorization-table.ts';
import { authorizeConnection } from '../../functions/connections/authorize-connection.ts';
import { connectionChanges } from '../../functions/connections/connection-changes-table.ts';
import { connectionTable, type StoredConnection } from '../../functions/connections/connection-table.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { createConnection } from '../../functions/connections/create-connection.ts';
import { getPendingConnection } from '../../functions/connections/get-pending-connection.ts';
import { pendingTable } from '../../functions/connections/pending-table.ts';
import { receiveConsent } from '../../functions/connections/receive-consent.ts';
import { selectAccounts } from '../../functions/connections/select-accounts.ts';
import {
  accessOver,
  appPasswordsOver,
  type OAuthFor,
  oauthOver,
  type PlatformApps,
} from '../../functions/platforms/public.ts';
import { laneTable, publicationTable } from '../../functions/posts/public.ts';
import { cancelLane } from '../../functions/publishing/public.ts';
import type { LaneRef } from '../../functions/publishing/schemas.ts';
import type { TeamCaller } from '../../functions/runtime/contract.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import type { HostPolicy } from '../../functions/runtime/hosts.ts';
import { outgoing } from '../../functions/runtime/http.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { plainEndpoint } from '../../functions/runtime/plain-endpoint.ts';
import { slotZones } from '../../functions/scheduling/public.ts';
import type { Plan } from '../../functions/teams/contract.ts';
import { connectionPlaces, newTeamWrites, notDeleted } from '../../functions/teams/public.ts';
import { sandboxPassword } from '../../local/platforms/bluesky/store.ts';
import { admin, send, testTeamId, testUserId } from './request.ts';
import { consentCode, redirectUri, calls as sandboxCalls } from './sandbox.ts';
import { fakeSecretBox } from './secret-box.ts';
import { freshTable } from './table.ts';

/** With `plan`, the test team has a row, and as many places for connections as its plan says. */
type Setup = { plan?: Plan; hosts?: HostPolicy; now?: () => Date; apps?: PlatformApps; oauthFor?: OAuthFor };

/** As `lib/grants.ts` makes it of the address of the API. */
export const callbackAddress = 'https://api.example.com/v1/connections/callback';

/** The endpoints that connect accounts, over one fresh table and a box of secrets. */
export async function freshConnections({ hosts = 'allow', now = () => new Date(), ...setup }: Setup = {}) {
  const table = await freshTable();
  const team = { id: testTeamId, name: 'Ours', createdAt: '2030-01-01T12:00:00.000Z' };
  if (setup.plan) await table.transact(newTeamWrites(team, testUserId, setup.plan));
  const apps = setup.apps ?? sandboxCalls.apps;
  const calls = { http: outgoing(hosts), now, apps };
  const secrets = fakeSecretBox();
  const connections = connectionTable(table);
  const publications = publicationTable(table, dueIndex('DUE', 4));
  const lanes = laneTable(table);
  const tools = {
    connections,
    changes: connectionChanges(table),
    places: setup.plan ? connectionPlaces(table) : anyPlace,
    publications,
    lanes,
    cancelWaiting: (lane: LaneRef, limit: number) => cancelLane(lane, { lanes, publications, now }, limit),
    zones: slotZones(table),
    secrets,
    apps: appTable(table),
    authorizations: authorizationTable(table),
    pendings: pendingTable(table),
    oauthFor: setup.oauthFor ?? oauthOver(calls),
    platformApps: apps,
    bluesky: appPasswordsOver(calls),
    accessFor: accessOver(calls),
    hosts,
    callback: { address: callbackAddress, origins: ['https://app.example.com', 'http://localhost:3000'] },
    now,
    newId: () => newId('conn'),
    newPendingId: () => newId('pending'),
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 20))),
  };
  const authorizing = endpoint(connectionsContract.authorizeConnection, authorizeConnection, () => tools);
  const creating = endpoint(connectionsContract.createConnection, createConnection, () => tools);
  const showing = endpoint(connectionsContract.getPendingConnection, getPendingConnection, () => tools);
  const receiving = plainEndpoint(connectionsContract.receiveConsent, receiveConsent, () => tools);
  const selecting = endpoint(connectionsContract.selectAccounts, selectAccounts, () => tools);
  return {
    table,
    tools,
    opener: accountOpener(tools),
    authorize: (body: object, caller: TeamCaller = admin) => send(authorizing, { body, caller }),
    create: (body: object, caller: TeamCaller = admin) => send(creating, { body, caller }),
    receive: (query: Record<string, string>) => send(receiving, { method: 'GET', query, caller: null }),
    pending: (pendingId: string, caller: TeamCaller = admin) => send(showing, { path: { pendingId }, caller }),
    select: (pendingId: string, accountIds: string[], caller: TeamCaller = admin) =>
      send(selecting, { path: { pendingId }, body: { accountIds }, caller }),
  };
}
export type Connections = Awaited<ReturnType<typeof freshConnections>>;

/** For teams that have no row of their own: as many connections as they like. */
const anyPlace = {
  take: async (teamId: string) => ({ write: notDeleted(teamId), limit: 999 }),
  giveBack: async () => [],
};

/** Goes the whole way of a user: asks for consent, agrees, and comes back with the code. */
export async function consented({ authorize }: Connections, server: string, username = 'alice', caller?: TeamCaller) {
  const { body } = await authorize({ platform: 'mastodon', server, redirectUri }, caller);
  const code = await consentCode(body.authorizationUrl, username);
  return { platform: 'mastodon', code, state: String(body.state) };
}

export const bySandboxPassword = (server: string, identifier = 'alice.test') => ({
  platform: 'bluesky',
  server,
  identifier,
  appPassword: sandboxPassword,
});

/** Tokens that last. */
export const endless = { tokenExpiresAt: null, tokenIsRenewable: false, tokenDueAt: null, endToldOf: null };

export const storedConnection = (overrides: Partial<StoredConnection> = {}): StoredConnection => ({
  id: newId('conn'),
  teamId: testTeamId,
  platform: 'mastodon',
  accountKey: `social.example#${overrides.accountId ?? '1'}`,
  accountId: '1',
  accountName: '@ada@social.example',
  accountUrl: 'https://social.example/@ada',
  server: 'https://social.example',
  state: 'active',
  scopes: ['write:statuses'],
  textLimits: { unit: 'graphemes', max: 500, maxBytes: null, urlLength: 23 },
  isEnabled: true,
  name: null,
  avatarUrl: null,
  lastCheckedAt: null,
  health: { status: 'unknown', reason: null },
  ...endless,
  sealedSecret: 'sealed',
  secretVersion: 1,
  renewingUntil: '',
  createdAt: '2030-01-01T12:00:00.000Z',
  revision: 1,
  ...overrides,
});
