import { type PublicationTable, publicationTable } from '../posts/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { type WorkQueue, workQueue } from '../runtime/queue.ts';
import { timer } from '../runtime/timer.ts';
import { publishingTimers, publishingWorkers } from './contract.ts';
import { type LateTools, lateFigures } from './late-lanes.ts';
import { publishingSettingsTable } from './publishing-settings-table.ts';
import type { LaneRef } from './schemas.ts';

/** The run after this one begins within a minute; the rest is for a run that begins late. */
const windowSeconds = 75;
/** Of one shard in one run, keys only: about 15 MB. What is over comes with the next run. */
const perShard = 100_000;
/** Sent at a time, so that delays are told by the clock of the moment even when there is much to send. */
const burst = 200;

type Tools = Omit<LateTools, 'publications'> & {
  publications: LateTools['publications'] & Pick<PublicationTable, 'listDue' | 'shards'>;
  queue: Pick<WorkQueue<typeof publishingWorkers.publishLane>, 'send'>;
  now: Now;
};
type Due = Awaited<ReturnType<PublicationTable['listDue']>>[number];
type Hint = LaneRef & { dueAt: Date };

/**
 * Sends a hint for every connection and second in which something comes due soon, with the delay that is left. What is
 * late was lost, is being tried again or is paused: its connection gets one hint more, and whoever works on it ignores it.
 */
export async function hintDueLanes(tools: Tools): Promise<void> {
  const { publications, queue, now } = tools;
  const at = now();
  const until = addSeconds(at, windowSeconds);
  const shards = Array.from({ length: publications.shards }, (_, shard) => shard);
  const due = (
    await Promise.all(shards.map((shard) => publications.listDue({ shard, until, limit: perShard })))
  ).flat();
  const hints = hintsOf(due, at);
  for (let start = 0; start < hints.length; start += burst)
    await queue.send(hints.slice(start, start + burst).map((hint) => messageOf(hint, now())));
  const { oldestDueAt, inFlightTooLong, heldByPlatform } = await lateFigures(due, at, tools);
  measure('hintDueLanes', {
    due: { count: due.length },
    oldestDue: { ms: at.getTime() - oldestDueAt.getTime() },
    inFlightTooLong: { count: inFlightTooLong },
    heldByPlatform: { count: heldByPlatform },
  });
  if (due.length > 0) log.info('lanes.hinted', { due: due.length, hints: hints.length });
}

/**
 * One for each connection and second, the most urgent first; all that is late counts as one. Within a second teams take
 * turns, so that one with many connections is not in front of all others.
 */
function hintsOf(due: readonly Due[], at: Date): Hint[] {
  const hints = new Map<string, Hint & { second: number; turn: number }>();
  const turns = new Map<string, number>();
  for (const { teamId, connectionId, dueAt } of due.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())) {
    const second = Math.max(0, Math.floor((dueAt.getTime() - at.getTime()) / 1000));
    const key = `${teamId} ${connectionId} ${second}`;
    if (hints.has(key)) continue;
    const turn = turns.get(`${teamId} ${second}`) ?? 0;
    turns.set(`${teamId} ${second}`, turn + 1);
    hints.set(key, { teamId, connectionId, dueAt, second, turn });
  }
  return [...hints.values()].toSorted((a, b) => a.second - b.second || a.turn - b.turn);
}

const messageOf = ({ teamId, connectionId, dueAt }: Hint, now: Date) => ({
  body: { teamId, connectionId },
  delaySeconds: Math.max(0, (dueAt.getTime() - now.getTime()) / 1000),
});

export const handler = timer(publishingTimers.hintDueLanes, hintDueLanes, () => ({
  publications: publicationTable(),
  settings: publishingSettingsTable(),
  queue: workQueue(publishingWorkers.publishLane),
  now,
}));
