import { type PublicationTable, publicationOfKeys, type StoredPublication } from '../posts/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { PublishingSettingsTable } from './publishing-settings-table.ts';
import { type LaneRef, refOf } from './schemas.ts';

/** Whoever is due for longer was told of twice, and nobody came. */
const lateSeconds = 120;
/** Late lanes of which stops are read, and heads, in one run: what is over counts as late. */
const laneLimit = 1000;
const headLimit = 100;

export type LateTools = {
  publications: Pick<PublicationTable, 'listLane' | 'findMany'>;
  settings: Pick<PublishingSettingsTable, 'running'>;
};
type Due = LaneRef & { dueAt: Date };

/** What of the due work should be done by now. */
export type LateFigures = {
  /** Of those that neither their team nor their platform holds back. */
  oldestDueAt: Date;
  /** Begun by a publisher that died over it. */
  inFlightTooLong: number;
  /** Connections whose platform takes nothing from them for a while. */
  heldByPlatform: number;
};

/** Looks into why work is late. While nothing is, that takes no read. */
export async function lateFigures(due: readonly Due[], at: Date, tools: LateTools): Promise<LateFigures> {
  const lateBefore = addSeconds(at, -lateSeconds);
  const late = firstOfLanes(due.filter(({ dueAt }) => dueAt < lateBefore));
  const running = [...(await tools.settings.running(late.slice(0, laneLimit))), ...late.slice(laneLimit)];
  const heads = await headsOf(running.slice(0, headLimit), at, tools);
  const dead = [...heads.values()].filter((head) => isAbandoned(head, at));
  if (dead.length > 0) log.warn('publication.in_flight_too_long', { publications: dead.map(refOf) });
  const isFree = (lane: Due) => !isHeldByPlatform(heads.get(lane.connectionId), at);
  const stillThere = running.filter((lane, place) => place >= headLimit || heads.has(lane.connectionId));
  const waiting = [...stillThere.filter(isFree), ...due.filter(({ dueAt }) => dueAt >= lateBefore)];
  return {
    oldestDueAt: new Date(waiting.reduce((oldest, { dueAt }) => Math.min(oldest, dueAt.getTime()), at.getTime())),
    inFlightTooLong: dead.length,
    heldByPlatform: stillThere.length - stillThere.filter(isFree).length,
  };
}

/** Each lane once, with what is due longest on it; the longest first. */
function firstOfLanes(due: readonly Due[]): Due[] {
  const oldestFirst = due.toSorted((one, other) => one.dueAt.getTime() - other.dueAt.getTime());
  return [...Map.groupBy(oldestFirst, ({ connectionId }) => connectionId).values()].flatMap(([first]) => first ?? []);
}

/** What each of the lanes is to do next; lanes that are done by now have nothing. */
async function headsOf(
  lanes: readonly Due[],
  until: Date,
  { publications }: LateTools,
): Promise<Map<string, StoredPublication>> {
  const rows = await Promise.all(lanes.map((lane) => publications.listLane(lane, { until, limit: 1 })));
  const keys = rows.flat().map(({ pk, sk }) => publicationOfKeys({ pk: String(pk), sk: String(sk) }));
  const heads = keys.length > 0 ? await publications.findMany(keys) : [];
  return new Map(heads.map((head) => [head.connectionId, head]));
}

const isAbandoned = ({ state, leaseUntil }: StoredPublication, at: Date) =>
  state === 'publishing' && leaseUntil < at.toISOString();

const isHeldByPlatform = (head: StoredPublication | undefined, at: Date) =>
  head?.error?.code === 'rate_limited' && head.nextAttemptAt > at.toISOString();
