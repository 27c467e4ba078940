import type { publishingWorkers } from '../publishing/contract.ts';
import { log } from '../runtime/log.ts';
import { maxDelaySeconds, type WorkQueue } from '../runtime/queue.ts';
import type { StoredPublication } from './publication.ts';

export type PublishQueue = Pick<WorkQueue<typeof publishingWorkers.publishLane>, 'send'>;

/** The timer looks ahead by more than its own interval; what is due sooner must not wait for its next run. */
const lookaheadSeconds = 90;

/**
 * Tells the publisher of publications that are due before the timer is sure to see them. Only a hint: if it is lost,
 * the due index still has them.
 */
export async function hintDue(
  queue: PublishQueue,
  publications: readonly StoredPublication[],
  now: Date,
): Promise<void> {
  const soon = publications
    .map(({ teamId, connectionId, nextAttemptAt }) => ({
      body: { teamId, connectionId },
      delaySeconds: secondsUntil(nextAttemptAt, now),
    }))
    .filter(({ delaySeconds }) => delaySeconds <= lookaheadSeconds && delaySeconds <= maxDelaySeconds);
  await queue.send(soon).catch((error) => log.error('hint.lost', { count: soon.length, error }));
}

const secondsUntil = (at: string, now: Date) => Math.max(0, (Date.parse(at) - now.getTime()) / 1000);
