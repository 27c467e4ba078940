import { type PublicationTable, publicationTable } from '../posts/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { type WorkQueue, workQueue } from '../runtime/queue.ts';
import { timer } from '../runtime/timer.ts';
import { publishingTimers, publishingWorkers, refOf } from './contract.ts';

/** The run after this one begins within a minute; the rest is for a run that begins late. */
const windowSeconds = 75;
/** Of one shard in one run; what is over comes with the next run, so a backlog can't exhaust the function. */
const perShard = 1000;

type Tools = {
  publications: Pick<PublicationTable, 'listDue' | 'shards'>;
  queue: Pick<WorkQueue<typeof publishingWorkers.publishPublication>, 'send'>;
  now: Now;
};

/**
 * Sends what comes due soon to the queue, with the delay that is left. What is late was lost or is being retried: it is
 * sent again, and a publication that is in work or settled ignores it.
 */
export async function queueDuePublications({ publications, queue, now }: Tools): Promise<void> {
  const at = now();
  const until = addSeconds(at, windowSeconds);
  const shards = Array.from({ length: publications.shards }, (_, shard) => shard);
  const due = (
    await Promise.all(shards.map((shard) => publications.listDue({ shard, until, limit: perShard })))
  ).flat();
  const secondsLeft = (dueAt: Date) => Math.max(0, (dueAt.getTime() - at.getTime()) / 1000);
  await queue.send(due.map(({ dueAt, ...key }) => ({ body: refOf(key), delaySeconds: secondsLeft(dueAt) })));
  const oldest = due.reduce((earliest, { dueAt }) => Math.min(earliest, dueAt.getTime()), at.getTime());
  measure('queueDuePublications', { due: { count: due.length }, oldestDue: { ms: at.getTime() - oldest } });
  if (due.length > 0) log.info('publications.queued', { count: due.length });
}

export const handler = timer(publishingTimers.queueDuePublications, queueDuePublications, () => ({
  publications: publicationTable(),
  queue: workQueue(publishingWorkers.publishPublication),
  now,
}));
