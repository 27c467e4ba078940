import type { PublicationError } from '../posts/contract.ts';
import { type PublicationTable, refOf, type StoredPublication } from '../posts/public.ts';
import type { Now } from '../runtime/clock.ts';
import { eventWrite } from '../runtime/events.ts';
import { log, measure } from '../runtime/log.ts';
import type { WorkQueue } from '../runtime/queue.ts';
import { publishingEvents, type publishingWorkers } from './contract.ts';
import type { Delivered } from './deliver.ts';
import { lookAgainAt, publicationError, retryAt } from './retry.ts';

export type ConcludeTools = {
  publications: Pick<PublicationTable, 'postpone' | 'settle'>;
  queue: Pick<WorkQueue<typeof publishingWorkers.publishPublication>, 'send'>;
  now: Now;
};

/** Writes down what came of a delivery: published, to be tried again, or ended. */
export async function conclude(claimed: StoredPublication, { outcome, calledAt }: Delivered, tools: ConcludeTools) {
  const now = tools.now();
  if (outcome.kind === 'accepted') {
    const { platformPostId, url } = outcome;
    const latenessMs = calledAt.getTime() - Date.parse(claimed.publishAt);
    const data = { ...refOf(claimed), platform: claimed.platform, platformPostId, url, latenessMs };
    const event = eventWrite(publishingEvents['publication.published'], { teamId: claimed.teamId, at: now, data });
    const published = {
      state: 'published',
      platformPostId,
      url,
      publishedAt: calledAt.toISOString(),
      latenessMs,
    } as const;
    await tools.publications.settle(claimed, published, event);
    measure('publishPublication', { lateness: { ms: latenessMs }, published: { count: 1 } });
    log.info('publication.published', { ...refOf(claimed), platform: claimed.platform, latenessMs });
    return;
  }
  const refused = outcome.kind === 'refused';
  const error = refused ? publicationError(outcome.refusal) : unknownError(outcome.message);
  const at = refused ? retryAt(outcome.refusal, claimed, now) : lookAgainAt(claimed, now);
  if (at) return tryAgain(claimed, { at, refused, error }, tools);
  await giveUp(claimed, { state: refused ? 'failed' : 'unconfirmed', error }, tools);
}

/** Ends a publication without success. */
export async function giveUp(
  claimed: StoredPublication,
  end: { state: 'failed' | 'unconfirmed'; error: PublicationError },
  { publications, now }: Pick<ConcludeTools, 'publications' | 'now'>,
): Promise<void> {
  const data = { ...refOf(claimed), platform: claimed.platform, code: end.error.code };
  const event = eventWrite(publishingEvents['publication.failed'], { teamId: claimed.teamId, at: now(), data });
  await publications.settle(claimed, end, event);
  measure('publishPublication', { [end.state]: { count: 1 } });
  log.info(`publication.${end.state}`, data);
}

async function tryAgain(
  claimed: StoredPublication,
  postponed: { at: Date; refused: boolean; error: PublicationError },
  { publications, queue, now }: ConcludeTools,
): Promise<void> {
  await publications.postpone(claimed, postponed);
  log.info('publication.postponed', { ...refOf(claimed), code: postponed.error.code, at: postponed.at.toISOString() });
  const delaySeconds = Math.ceil((postponed.at.getTime() - now().getTime()) / 1000);
  await queue.send([{ body: refOf(claimed), delaySeconds }]);
}

const unknownError = (message: string): PublicationError => ({
  code: 'unknown_outcome',
  message: `The platform gave no clear answer (${message}). Look at the account before you publish again.`,
  action: 'check',
  platformCode: null,
});
