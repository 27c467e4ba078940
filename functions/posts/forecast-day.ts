import { connectionReader } from '../connections/public.ts';
import { catalogue } from '../platforms/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { timer } from '../runtime/timer.ts';
import { postsTimers } from './contract.ts';
import { quotaProblem } from './forecast.ts';
import { type LaneTable, laneTable } from './lane-table.ts';
import { type PublicationTable, publicationTable } from './publication-table.ts';
import { type RiskTable, riskTable } from './risk-table.ts';
import type { TargetFinder } from './targets.ts';
import { type Problem, problemsOf } from './warnings.ts';

const daySeconds = 24 * 3600;
/** Of one shard in one run, keys only. */
const perShard = 100_000;
/** Connections of a team that are looked at side by side. */
const atOnce = 25;

type Tools = {
  publications: Pick<PublicationTable, 'listDue' | 'shards'>;
  connections: TargetFinder;
  lanes: Pick<LaneTable, 'listPublished'>;
  risks: RiskTable;
  now: Now;
};
type Due = Awaited<ReturnType<PublicationTable['listDue']>>[number];
type Connection = Awaited<ReturnType<TargetFinder['findMany']>>[number];
type Lane = { teamId: string; connectionId: string; times: number[] };

/**
 * Looks through what is due within a day and tells each team, once a day and connection, what will keep it from going out:
 * what a post's own `warnings` say, for those who do not look at it. A run that is begun again tells nothing twice, and one
 * team's trouble is no other's.
 */
export async function forecastDay(tools: Tools): Promise<void> {
  const at = tools.now();
  const until = addSeconds(at, daySeconds);
  const shards = Array.from({ length: tools.publications.shards }, (_, shard) => shard);
  const due = await Promise.all(shards.map((shard) => tools.publications.listDue({ shard, until, limit: perShard })));
  const lanes = lanesOf(due.flat());
  const failures: unknown[] = [];
  let told = 0;
  for (const [teamId, ofTeam] of Map.groupBy(lanes, (lane) => lane.teamId))
    for (let start = 0; start < ofTeam.length; start += atOnce)
      try {
        told += await tellTeam(teamId, { lanes: ofTeam.slice(start, start + atOnce), at }, tools);
      } catch (error) {
        failures.push(error);
      }
  measure('forecastDay', { looked: { count: lanes.length }, atRisk: { count: told } });
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} teams were not told`);
}

/** How many connections the team was told of. */
async function tellTeam(teamId: string, { lanes, at }: { lanes: readonly Lane[]; at: Date }, tools: Tools) {
  const ids = lanes.map(({ connectionId }) => connectionId);
  const found = await tools.connections.findMany(teamId, ids);
  const told = await Promise.all(lanes.map((lane) => tellOf(lane, { found, at }, tools)));
  return told.filter(Boolean).length;
}

function lanesOf(due: readonly Due[]): Lane[] {
  const byLane = Map.groupBy(due, ({ teamId, connectionId }) => `${teamId} ${connectionId}`);
  return [...byLane.values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const times = some.map(({ dueAt }) => dueAt.getTime()).toSorted((one, other) => one - other);
    return [{ teamId: first.teamId, connectionId: first.connectionId, times }];
  });
}

type Seen = { found: readonly Connection[]; at: Date };

async function tellOf(lane: Lane, { found, at }: Seen, tools: Tools): Promise<boolean> {
  const { teamId, connectionId, times } = lane;
  const [first = 0, last = first] = [times[0], times.at(-1)];
  const connection = found.find(({ id }) => id === connectionId);
  const quota = connection && (await quotaOf(lane, { connection, at }, tools));
  const problems = [...problemsOf(connection, new Date(last).toISOString()), ...(quota ? [quota] : [])];
  if (problems.length === 0) return false;
  const data = { connectionId, count: times.length, firstAt: new Date(first).toISOString(), problems };
  const isNew = await tools.risks.tell({ teamId, at, data });
  if (isNew) log.info('posts.at_risk', { teamId, connectionId, codes: problems.map(({ code }) => code) });
  return isNew;
}

/** Whether more are out and planned, in the busiest window of the day, than the platform takes. */
async function quotaOf(
  { teamId, connectionId, times }: Lane,
  { connection: { platform, postLimit }, at }: { connection: Connection; at: Date },
  { lanes }: Tools,
): Promise<Problem | undefined> {
  const posts = postLimit ?? catalogue[platform].limits.posts;
  if (!posts) return undefined;
  const out = await lanes.listPublished({ teamId, connectionId }, addSeconds(at, -posts.windowSeconds));
  const all = [...out.map((time) => time.getTime()), ...times].toSorted((one, other) => one - other);
  return mostWithin(all, posts.windowSeconds * 1000) > posts.max ? quotaProblem(platform, posts) : undefined;
}

/** The most of these times, which are in order, that lie within one window. */
function mostWithin(times: readonly number[], windowMs: number): number {
  let most = 0;
  let start = 0;
  for (const [place, end] of times.entries()) {
    while ((times[start] ?? end) <= end - windowMs) start++;
    most = Math.max(most, place - start + 1);
  }
  return most;
}

export const handler = timer(postsTimers.forecastDay, forecastDay, () => ({
  publications: publicationTable(),
  connections: connectionReader(),
  lanes: laneTable(),
  risks: riskTable(),
  now,
}));
