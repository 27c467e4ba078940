import type { PublicationError } from '../posts/contract.ts';
import type { Postponed, PublicationTable, StoredPublication } from '../posts/public.ts';
import type { Now } from '../runtime/clock.ts';
import { eventWrite } from '../runtime/events.ts';
import { log, measure } from '../runtime/log.ts';
import type { WorkQueue } from '../runtime/queue.ts';
import { type Lateness, type LatenessPolicy, publishingEvents, type publishingWorkers, refOf } from './contract.ts';
import type { Delivered } from './deliver.ts';
import { latenessOf } from './lateness.ts';
import { finalError, lookAgainAt, publicationError, retryAt } from './retry.ts';

export type ConcludeTools = {
  publications: Pick<PublicationTable, 'postpone' | 'settle'>;
  queue: Pick<WorkQueue<typeof publishingWorkers.publishLane>, 'send'>;
  now: Now;
};
type Concluded = Delivered & { unknownPauseSeconds: number; lateness: Lateness };

/** Writes down what came of a delivery: published, to be tried again, or ended. */
export async function conclude(claimed: StoredPublication, delivered: Concluded, tools: ConcludeTools): Promise<void> {
  const { outcome, calledAt, inDoubt, unknownPauseSeconds, lateness } = delivered;
  if (outcome.kind === 'accepted') return markPublished(claimed, { ...outcome, calledAt }, tools);
  const refusal = outcome.kind === 'refused' ? outcome.refusal : undefined;
  const error = refusal ? publicationError(refusal) : unknownError(outcome.kind === 'unknown' ? outcome.message : '');
  const now = tools.now();
  const tried = { ...claimed, lateness };
  const at = refusal ? retryAt(refusal, tried, now) : lookAgainAt(tried, unknownPauseSeconds, now);
  const mayBeOut = inDoubt || !refusal;
  if (at) return tryAgain(claimed, { at, error, inDoubt: mayBeOut }, tools);
  await giveUp(claimed, { state: 'failed', inDoubt: mayBeOut, error: finalError(error) }, tools);
}

type Ending = { inDoubt: boolean; error: PublicationError } & (
  | { state: 'failed' }
  | { state: 'missed'; policy: LatenessPolicy }
);

/** Ends a publication without success; where an attempt may have got through, a person must look. */
export async function giveUp(
  claimed: StoredPublication,
  ending: Ending,
  { publications, now }: Pick<ConcludeTools, 'publications' | 'now'>,
): Promise<void> {
  const { inDoubt, error } = ending;
  const state = inDoubt ? 'unconfirmed' : ending.state;
  const shown = inDoubt ? { ...error, message: `${error.message} ${lookFirst}`, action: 'check' as const } : error;
  const event = { teamId: claimed.teamId, at: now() };
  const ref = { ...refOf(claimed), platform: claimed.platform };
  const tells =
    ending.state === 'missed' && !inDoubt
      ? eventWrite(publishingEvents['publication.missed'], { ...event, data: { ...ref, policy: ending.policy } })
      : eventWrite(publishingEvents['publication.failed'], { ...event, data: { ...ref, code: error.code } });
  if (!(await publications.settle(claimed, { state, error: shown }, tells))) return;
  measure('publishLane', { [state]: { count: 1 } });
  log.info(`publication.${state}`, { ...ref, code: error.code });
}

type Accepted = { platformPostId: string; url: string; calledAt: Date };

async function markPublished(
  claimed: StoredPublication,
  { platformPostId, url, calledAt }: Accepted,
  { publications, now }: ConcludeTools,
): Promise<void> {
  const { teamId, platform } = claimed;
  const latenessMs = latenessOf(claimed, calledAt);
  const data = { ...refOf(claimed), platform, platformPostId, url, latenessMs };
  const event = eventWrite(publishingEvents['publication.published'], { teamId, at: now(), data });
  const publishedAt = calledAt.toISOString();
  const outcome = { state: 'published', platformPostId, url, publishedAt, latenessMs } as const;
  if (!(await publications.settle(claimed, outcome, event))) return;
  measure('publishLane', { lateness: { ms: latenessMs }, published: { count: 1 } });
  log.info('publication.published', { ...refOf(claimed), platform, latenessMs });
}

async function tryAgain(
  claimed: StoredPublication,
  postponed: Postponed & { error: PublicationError },
  { publications, queue, now }: ConcludeTools,
): Promise<void> {
  await publications.postpone(claimed, postponed);
  log.info('publication.postponed', { ...refOf(claimed), code: postponed.error.code, at: postponed.at.toISOString() });
  const delaySeconds = Math.ceil((postponed.at.getTime() - now().getTime()) / 1000);
  const { teamId, connectionId } = claimed;
  await queue.send([{ body: { teamId, connectionId }, delaySeconds }]);
}

const lookFirst = 'An earlier attempt may have got through: look at the account before you publish again.';

const unknownError = (message: string): PublicationError => ({
  code: 'unknown_outcome',
  message: `The platform gave no clear answer (${message}).`,
  action: 'wait',
  platformCode: null,
});
