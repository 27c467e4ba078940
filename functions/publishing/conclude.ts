import type { PublicationError } from '../posts/contract.ts';
import type { PublicationTable, StoredPublication } from '../posts/public.ts';
import type { Now } from '../runtime/clock.ts';
import { eventWrite } from '../runtime/events.ts';
import { log, measure } from '../runtime/log.ts';
import type { WorkQueue } from '../runtime/queue.ts';
import { publishingEvents, type publishingWorkers, refOf } from './contract.ts';
import type { Delivered } from './deliver.ts';
import { lookAgainAt, publicationError, retryAt } from './retry.ts';

export type ConcludeTools = {
  publications: Pick<PublicationTable, 'postpone' | 'settle'>;
  queue: Pick<WorkQueue<typeof publishingWorkers.publishPublication>, 'send'>;
  now: Now;
};
type Concluded = Delivered & { unknownPauseSeconds: number };

/** Writes down what came of a delivery: published, to be tried again, or ended. */
export async function conclude(claimed: StoredPublication, delivered: Concluded, tools: ConcludeTools): Promise<void> {
  const { outcome, calledAt, inDoubt, unknownPauseSeconds } = delivered;
  if (outcome.kind === 'accepted') return markPublished(claimed, { ...outcome, calledAt }, tools);
  const refusal = outcome.kind === 'refused' ? outcome.refusal : undefined;
  const error = refusal ? publicationError(refusal) : unknownError(outcome.kind === 'unknown' ? outcome.message : '');
  const now = tools.now();
  const at = refusal ? retryAt(refusal, claimed, now) : lookAgainAt(claimed, unknownPauseSeconds, now);
  if (at) return tryAgain(claimed, { at, error }, tools);
  await giveUp(claimed, { inDoubt: inDoubt || !refusal, error }, tools);
}

type Ending = { inDoubt: boolean; error: PublicationError };

/** Ends a publication without success; where an attempt may have got through, a person must look. */
export async function giveUp(
  claimed: StoredPublication,
  { inDoubt, error }: Ending,
  { publications, now }: Pick<ConcludeTools, 'publications' | 'now'>,
): Promise<void> {
  const state = inDoubt ? 'unconfirmed' : 'failed';
  const shown = inDoubt ? { ...error, message: `${error.message} ${lookFirst}`, action: 'check' as const } : error;
  const data = { ...refOf(claimed), platform: claimed.platform, code: error.code };
  const event = eventWrite(publishingEvents['publication.failed'], { teamId: claimed.teamId, at: now(), data });
  if (!(await publications.settle(claimed, { state, error: shown }, event))) return;
  measure('publishPublication', { [state]: { count: 1 } });
  log.info(`publication.${state}`, data);
}

type Accepted = { platformPostId: string; url: string; calledAt: Date };

async function markPublished(
  claimed: StoredPublication,
  { platformPostId, url, calledAt }: Accepted,
  { publications, now }: ConcludeTools,
): Promise<void> {
  const { teamId, platform } = claimed;
  const latenessMs = calledAt.getTime() - Date.parse(claimed.publishAt);
  const data = { ...refOf(claimed), platform, platformPostId, url, latenessMs };
  const event = eventWrite(publishingEvents['publication.published'], { teamId, at: now(), data });
  const publishedAt = calledAt.toISOString();
  const outcome = { state: 'published', platformPostId, url, publishedAt, latenessMs } as const;
  if (!(await publications.settle(claimed, outcome, event))) return;
  measure('publishPublication', { lateness: { ms: latenessMs }, published: { count: 1 } });
  log.info('publication.published', { ...refOf(claimed), platform, latenessMs });
}

async function tryAgain(
  claimed: StoredPublication,
  postponed: { at: Date; error: PublicationError },
  { publications, queue, now }: ConcludeTools,
): Promise<void> {
  await publications.postpone(claimed, postponed);
  log.info('publication.postponed', { ...refOf(claimed), code: postponed.error.code, at: postponed.at.toISOString() });
  const delaySeconds = Math.ceil((postponed.at.getTime() - now().getTime()) / 1000);
  await queue.send([{ body: refOf(claimed), delaySeconds }]);
}

const lookFirst = 'An earlier attempt may have got through: look at the account before you publish again.';

const unknownError = (message: string): PublicationError => ({
  code: 'unknown_outcome',
  message: `The platform gave no clear answer (${message}).`,
  action: 'wait',
  platformCode: null,
});
