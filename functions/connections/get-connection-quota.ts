import { type AccessFor, accessFor, catalogue, type Quota } from '../platforms/public.ts';
import { type LaneTable, laneTable } from '../posts/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AccountOpener, accountOpener } from './account-opener.ts';
import { askedAs, type Lane, openAccount } from './check-account.ts';
import { type ConnectionChanges, connectionChanges } from './connection-changes-table.ts';
import { connectionsContract } from './contract.ts';

type Tools = {
  accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>;
  lanes: Pick<LaneTable, 'countPublished'>;
  changes: Pick<ConnectionChanges, 'notePostLimit'>;
  accessFor: AccessFor;
  now: Now;
};

export async function getConnectionQuota(
  { path, caller }: Call<typeof connectionsContract.getConnectionQuota>,
  tools: Tools,
) {
  const lane = { teamId: caller.teamId, ...path };
  const opened = await openAccount(lane, tools);
  const { quota } = await tools.accessFor(opened.connection.platform);
  if (!quota) return ownCount(lane, opened.connection.platform, tools);
  const told = await askedAs(lane, { ...tools, ...opened }, () => quota(opened.account));
  const { limit: max, windowSeconds } = told;
  if (max > 0) await tools.changes.notePostLimit({ ...opened.connection, teamId: lane.teamId }, { max, windowSeconds });
  return { connectionId: lane.connectionId, source: 'platform' as const, ...shownQuota(told) };
}

const shownQuota = ({ limit, used, windowSeconds, resetsAt }: Quota) => ({
  limit,
  used,
  remaining: Math.max(0, limit - used),
  windowSeconds,
  resetsAt: resetsAt?.toISOString() ?? null,
});

type PlatformOf = Awaited<ReturnType<typeof openAccount>>['connection']['platform'];

async function ownCount(lane: Lane, platform: PlatformOf, { lanes, now }: Tools) {
  const { connectionId } = lane;
  const known = catalogue[platform].limits.posts;
  if (!known) return { connectionId, ...unknown };
  const { max: limit, windowSeconds } = known;
  const used = await lanes.countPublished(lane, addSeconds(now(), -windowSeconds));
  const remaining = Math.max(0, limit - used);
  return { connectionId, source: 'own_count' as const, limit, used, remaining, windowSeconds, resetsAt: null };
}

const unknown = {
  source: 'unknown',
  limit: null,
  used: null,
  remaining: null,
  windowSeconds: null,
  resetsAt: null,
} as const;

export const handler = endpoint(connectionsContract.getConnectionQuota, getConnectionQuota, () => ({
  accounts: accountOpener(),
  lanes: laneTable(),
  changes: connectionChanges(),
  accessFor,
  now,
}));
