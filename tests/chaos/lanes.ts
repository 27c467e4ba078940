import { StoredPublication } from '../../functions/posts/publication.ts';
import { isSettled } from '../../functions/posts/transitions.ts';
import { holdsLane, leaseSeconds } from '../../functions/publishing/lane.ts';
import type { Row } from '../../functions/runtime/table.ts';

/** Whether somebody could work on a connection now, and how long those wait where nobody can. */
export type Lanes = { count: number; areOpen: boolean; waitsMs: number[] };

type Moment = {
  now: Date;
  /** When the last publisher died: nobody is behind the leases from before. */
  crashedAt: Date;
};

/** Who has held a publication for longer gave up without a word; or this machine is very busy. */
const longestWorkMs = 8_000;

/** What is left to be done, as the publisher itself would see it now. */
export function lanesOf(rows: readonly Row[], moment: Moment): Lanes {
  const open = rows.map((row) => StoredPublication.parse(row)).filter(({ state }) => !isSettled(state));
  const lanes = Map.groupBy(
    open.toSorted((one, other) => (one.dueAt < other.dueAt ? -1 : 1)),
    ({ teamId, connectionId }) => `${teamId} ${connectionId}`,
  );
  const waits = [...lanes.values()].map((lane) => waitOf(lane, moment));
  return { count: lanes.size, areOpen: waits.includes(0), waitsMs: waits.filter((ms) => ms > 0) };
}

/** Of its first publication that is ready, or that keeps those behind it waiting. */
function waitOf(lane: readonly StoredPublication[], { now, crashedAt }: Moment): number {
  const readyIn = ({ leaseUntil, nextAttemptAt }: StoredPublication) =>
    Math.max(0, timeOf(leaseUntil) - now.getTime(), timeOf(nextAttemptAt) - now.getTime());
  const head = lane.find((publication) => readyIn(publication) === 0 || holdsLane(publication, now));
  if (head === undefined) return Math.min(...lane.map(readyIn));
  const claimedAt = timeOf(head.leaseUntil) - leaseSeconds * 1000;
  const isInWork = claimedAt > Math.max(crashedAt.getTime(), now.getTime() - longestWorkMs);
  return isInWork ? 0 : readyIn(head);
}

const timeOf = (text: string) => (text === '' ? 0 : Date.parse(text));
