import { isSettled, type PublicationTable, publicationOfKeys } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import type { Row } from '../runtime/table.ts';
import { earlySeconds, laneDepth } from './lane.ts';
import type { Backlog, LaneRef } from './schemas.ts';

/** Counted of one lane at once; a key of the index is about a quarter of a kilobyte. */
const countLimit = 500;
/** A second or two is no lateness: messages come in whole seconds, and platforms take their time. */
const lateSeconds = 60;

export type BacklogTools = { publications: Pick<PublicationTable, 'listLane' | 'findMany'>; now: Now };

/**
 * What waits on a lane. Only the head of it is read whole, where publishers are at work; the index is a moment old, so what
 * is settled there is left out.
 */
export async function backlogOf(lane: LaneRef, { publications, now }: BacklogTools): Promise<Backlog> {
  const at = now();
  const until = addSeconds(at, earlySeconds);
  const rows = await publications.listLane(lane, { until, limit: countLimit + 1 });
  const heads = rows.length > 0 ? await publications.findMany(rows.slice(0, laneDepth).map(keyOf)) : [];
  const time = at.toISOString();
  const open = heads.filter(({ state }) => !isSettled(state));
  const dueTimes = [...open.map(({ dueAt }) => dueAt), ...rows.slice(laneDepth, countLimit).map(dueAtOf)]
    .filter((dueAt) => dueAt <= time)
    .toSorted();
  const lateBefore = addSeconds(at, -lateSeconds).toISOString();
  return {
    due: dueTimes.length,
    late: dueTimes.filter((dueAt) => dueAt < lateBefore).length,
    inFlight: open.filter(({ state, leaseUntil }) => state === 'publishing' && leaseUntil > time).length,
    oldestDueAt: dueTimes[0] ?? null,
    isComplete: rows.length <= countLimit,
  };
}

const keyOf = ({ pk, sk }: Row) => publicationOfKeys({ pk: String(pk), sk: String(sk) });
const dueAtOf = ({ gsi3sk }: Row) => String(gsi3sk).split('#')[0] ?? '';

/** Several in one. */
export function sumOf(backlogs: readonly Backlog[]): Backlog {
  const sum = (count: (one: Backlog) => number) => backlogs.reduce((total, one) => total + count(one), 0);
  const oldest = backlogs.flatMap(({ oldestDueAt }) => oldestDueAt ?? []).toSorted();
  return {
    due: sum(({ due }) => due),
    late: sum(({ late }) => late),
    inFlight: sum(({ inFlight }) => inFlight),
    oldestDueAt: oldest[0] ?? null,
    isComplete: backlogs.every(({ isComplete }) => isComplete),
  };
}
