import { type PublicationTable, publicationTable } from '../posts/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { type WorkQueue, workQueue } from '../runtime/queue.ts';
import { timer } from '../runtime/timer.ts';
import { publishingTimers, publishingWorkers } from './contract.ts';

/** The run after this one begins within a minute; the rest is for a run that begins late. */
const windowSeconds = 75;
/** Of one shard in one run, keys only: about 15 MB. What is over comes with the next run. */
const perShard = 100_000;
/** Sent at a time, so that delays are told by the clock of the moment even when there is much to send. */
const burst = 200;

type Tools = {
  publications: Pick<PublicationTable, 'listDue' | 'shards'>;
  queue: Pick<WorkQueue<typeof publishingWorkers.publishLane>, 'send'>;
  now: Now;
};
type Due = Awaited<ReturnType<PublicationTable['listDue']>>[number];
type Hint = { teamId: string; connectionId: string; dueAt: Date };

/**
 * Sends a hint for every connection and second in which something comes due soon, with the delay that is left. What is
 * late was lost, is being tried again or is paused: its connection gets one hint more, and whoever works on it ignores it.
 */
export async function hintDueLanes({ publications, queue, now }: Tools): Promise<void> {
  const at = now();
  const until = addSeconds(at, windowSeconds);
  const shards = Array.from({ length: publications.shards }, (_, shard) => shard);
  const due = (
    await Promise.all(shards.map((shard) => publications.listDue({ shard, until, limit: perShard })))
  ).flat();
  const hints = hintsOf(due, at);
  for (let start = 0; start < hints.length; start += burst)
    await queue.send(hints.slice(start, start + burst).map((hint) => messageOf(hint, now())));
  const oldest = due.reduce((earliest, { dueAt }) => Math.min(earliest, dueAt.getTime()), at.getTime());
  measure('hintDueLanes', { due: { count: due.length }, oldestDue: { ms: at.getTime() - oldest } });
  if (due.length > 0) log.info('lanes.hinted', { due: due.length, hints: hints.length });
}

/** One for each connection and second, the most urgent first; all that is late counts as one. */
function hintsOf(due: readonly Due[], at: Date): Hint[] {
  const hints = new Map<string, Hint>();
  for (const { teamId, connectionId, dueAt } of due.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())) {
    const second = Math.max(0, Math.floor((dueAt.getTime() - at.getTime()) / 1000));
    const key = `${teamId} ${connectionId} ${second}`;
    if (!hints.has(key)) hints.set(key, { teamId, connectionId, dueAt });
  }
  return [...hints.values()].toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

const messageOf = ({ teamId, connectionId, dueAt }: Hint, now: Date) => ({
  body: { teamId, connectionId },
  delaySeconds: Math.max(0, (dueAt.getTime() - now.getTime()) / 1000),
});

export const handler = timer(publishingTimers.hintDueLanes, hintDueLanes, () => ({
  publications: publicationTable(),
  queue: workQueue(publishingWorkers.publishLane),
  now,
}));
