import type { PlatformId } from '../platforms/contract.ts';
import type { AccessFor, ConnectedAccount } from '../platforms/public.ts';
import type { Now } from '../runtime/clock.ts';
import { Fault } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import type { SecretBox } from '../runtime/secrets.ts';

import type { ConnectionPlaces, Place } from '../teams/public.ts';
import { AlreadyConnected, type ConnectionTable, NoPlaceLeft, type StoredConnection } from './connection-table.ts';
import { connectionFaults } from './faults.ts';
import { endGrant } from './grant.ts';
import { secretContext } from './secret-renewal.ts';
import { tokenTimes } from './token-times.ts';

export type KeepTools = {
  connections: Pick<ConnectionTable, 'insert' | 'find' | 'renew' | 'count' | 'hasOtherHolders'>;
  places: Pick<ConnectionPlaces, 'take'>;
  secrets: SecretBox;
  accessFor: AccessFor;
  now: Now;
  newId: () => string;
};

export type Candidate = {
  platform: PlatformId;
  teamId: string;
  account: ConnectedAccount;
  /** Chosen among others of one consent: if it is connected already, and well, that is as good. */
  isOneOfSeveral?: true;
};

/**
 * Stores a connected account as a new connection, or gives its new tokens to the connection it has, if that one has lost
 * its access. An account that is connected and well is refused, unless it is one of several.
 */
export async function keepAccount(candidate: Candidate, tools: KeepTools): Promise<StoredConnection> {
  const { platform, teamId, account } = candidate;
  const { secret, avatarUrl = null, ...facts } = account;
  const id = tools.newId();
  const sealedSecret = await tools.secrets.seal(secret, secretContext({ teamId, id }));
  const now = tools.now();
  const times = await tokenTimes({ platform, secret }, { ...tools, now });
  const connection = {
    ...facts,
    ...foundWell(now),
    avatarUrl,
    name: null,
    id,
    platform,
    teamId,
    state: 'active',
    isEnabled: true,
    sealedSecret,
    ...times,
    secretVersion: 1,
    renewingUntil: '',
    createdAt: now.toISOString(),
    revision: 1,
  } as const;
  const place = await tools.places.take(teamId, () => tools.connections.count(teamId));
  try {
    await tools.connections.insert(connection, place.write);
  } catch (error) {
    if (error instanceof NoPlaceLeft) return noPlace(candidate, place, tools);
    if (!(error instanceof AlreadyConnected)) throw error;
    return again(candidate, error.connectionId, tools);
  }
  log.info('connection.created', { teamId, connectionId: id, platform });
  return connection;
}

/** The platform has just told who the account is. */
const foundWell = (now: Date) =>
  ({ lastCheckedAt: now.toISOString(), health: { status: 'ok', reason: null } }) as const;

async function again(candidate: Candidate, firstId: string, tools: KeepTools): Promise<StoredConnection> {
  const { platform, teamId } = candidate;
  const first = await tools.connections.find(teamId, firstId);
  if (!first) return keepAccount(candidate, tools); // deleted since
  const renewed = first.state === 'active' ? undefined : await giveTokens(candidate, first, tools);
  if (!renewed) return candidate.isOneOfSeveral ? first : refuse(candidate, first, tools);
  log.info('connection.renewed', { teamId, connectionId: firstId, platform });
  return renewed;
}

/** Gives a connection the access that its account has just been given; only while it has lost its own, or in any state. */
export async function giveTokens(
  { platform, account }: Candidate,
  first: StoredConnection,
  tools: Pick<KeepTools, 'secrets' | 'accessFor' | 'now'> & { connections: Pick<ConnectionTable, 'renew'> },
  when: 'lost' | 'any state' = 'lost',
) {
  const { accountName, accountUrl, avatarUrl = null, server, scopes, textLimits, secret } = account;
  const { grantKey, grantPlatform } = account;
  const sealedSecret = await tools.secrets.seal(secret, secretContext(first));
  const now = tools.now();
  const tokens = { sealedSecret, ...(await tokenTimes({ platform, secret }, { ...tools, now })) };
  const facts = { accountName, accountUrl, avatarUrl, server, scopes, textLimits, grantKey, grantPlatform };
  return tools.connections.renew(first, { ...facts, ...foundWell(now), ...tokens }, when);
}

/**
 * The new access is ended, unless the platform gave the very tokens again that the connection has, as Mastodon does, or
 * ending it would end the connection's too.
 */
async function refuse(candidate: Candidate, first: StoredConnection, tools: KeepTools): Promise<never> {
  const { account } = candidate;
  const kept = await tools.secrets.open(first.sealedSecret, secretContext(first));
  if (kept !== account.secret) await endUnused(candidate, tools);
  throw new Fault(connectionFaults['connection.already_exists'], {
    detail: `${account.accountName} is connected already, as ${first.id}.`,
  });
}

/** Accounts that are chosen among several may still be chosen when there is a place again. */
async function noPlace(candidate: Candidate, { limit }: Place, tools: KeepTools): Promise<never> {
  if (!candidate.isOneOfSeveral) await endUnused(candidate, tools);
  throw new Fault(connectionFaults['connection.too_many'], {
    detail: `The plan of the team allows ${limit} connections.`,
  });
}

/** Ends an access that is not kept, unless connections live on the same token or consent. */
export async function endUnused(
  { platform, teamId, account }: Candidate,
  { accessFor, connections }: Pick<KeepTools, 'accessFor'> & { connections: Pick<ConnectionTable, 'hasOtherHolders'> },
): Promise<void> {
  const { accountKey, grantKey, grantPlatform } = account;
  const { sharesTokens } = await accessFor(platform);
  const isShared = grantKey !== undefined || sharesTokens;
  const holder = { teamId, id: '', platform, accountKey, grantKey, grantPlatform };
  if (isShared && (await connections.hasOtherHolders(holder))) return;
  await endGrant(platform, account, accessFor);
}
