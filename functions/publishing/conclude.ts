import type { LatenessPolicy, PublicationError } from '../posts/contract.ts';
import type { Outcome, Postponed, PublicationTable, StoredPublication } from '../posts/public.ts';
import type { Now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import type { WorkQueue } from '../runtime/queue.ts';
import type { publishingWorkers } from './contract.ts';
import type { Delivered } from './delivery.ts';
import { latenessOf } from './lateness.ts';
import { finalError, lookAgainAt, publicationError, retryAt } from './retry.ts';
import { type Lateness, refOf } from './schemas.ts';

export type ConcludeTools = {
  publications: Pick<PublicationTable, 'postpone' | 'settle'>;
  queue: Pick<WorkQueue<typeof publishingWorkers.publishLane>, 'send'>;
  now: Now;
};
type Concluded = Delivered & { unknownPauseSeconds: number; lateness: Lateness };

/** Writes down what came of a delivery: published, to be tried again, or ended. */
export async function conclude(claimed: StoredPublication, delivered: Concluded, tools: ConcludeTools): Promise<void> {
  const { outcome, calledAt, inDoubt, unknownPauseSeconds, lateness } = delivered;
  if (outcome.kind === 'accepted') return concludePart(claimed, { ...outcome, calledAt }, tools);
  const refusal = outcome.kind === 'refused' ? outcome.refusal : undefined;
  const error = refusal ? publicationError(refusal) : unknownError(outcome.kind === 'unknown' ? outcome.message : '');
  const now = tools.now();
  const tried = { ...claimed, lateness };
  const at = refusal ? retryAt(refusal, tried, now) : lookAgainAt(tried, unknownPauseSeconds, now);
  const mayBeOut = inDoubt || !refusal;
  if (at) return tryAgain(claimed, { at, error, inDoubt: mayBeOut }, tools);
  await giveUp(claimed, { state: 'failed', inDoubt: mayBeOut, error: finalError(error, claimed) }, tools);
}

type Ending = { inDoubt: boolean; error: PublicationError } & (
  | { state: 'failed' }
  | { state: 'missed'; policy: LatenessPolicy }
);

/** Ends a publication without success; where an attempt may have got through, a person must look. */
export async function giveUp(
  claimed: StoredPublication,
  ending: Ending,
  { publications }: Pick<ConcludeTools, 'publications'>,
): Promise<void> {
  const { inDoubt, error } = ending;
  const shown = inDoubt ? { ...error, message: `${error.message} ${lookFirst}`, action: 'check' as const } : error;
  const outcome: Outcome =
    ending.state === 'missed' && !inDoubt && !claimed.parts
      ? { state: 'missed', error: shown, missedBy: ending.policy }
      : { state: inDoubt ? 'unconfirmed' : 'failed', error: shown };
  if (!(await publications.settle(claimed, outcome))) return;
  measure('publishLane', { [outcome.state]: { count: 1 } });
  const { platform } = claimed;
  log.info(`publication.${outcome.state}`, { ...refOf(claimed), platform, code: error.code });
}

type Accepted = { platformPostId: string; url: string; calledAt: Date };

/** What is left of a thread goes out in the lane's next turn, with a claim, a look at stops, and attempts of its own. */
async function concludePart(
  claimed: StoredPublication,
  { platformPostId, url, calledAt }: Accepted,
  { publications, now }: Pick<ConcludeTools, 'publications' | 'now'>,
): Promise<void> {
  const latenessMs = latenessOf(claimed, calledAt);
  const part = { platformPostId, url, publishedAt: calledAt.toISOString(), latenessMs };
  const { partCount = 1, parts: before = [] } = claimed;
  const parts = [...before, part];
  if (parts.length < partCount) return publications.postpone(claimed, { at: now(), inDoubt: false, parts });
  const [post = part] = parts;
  const outcome = { state: 'published', ...post, ...(partCount > 1 && { parts }) } as const;
  if (!(await publications.settle(claimed, outcome))) return;
  measure('publishLane', { lateness: { ms: post.latenessMs }, published: { count: 1 } });
  log.info('publication.published', { ...refOf(claimed), platform: claimed.platform, latenessMs: post.latenessMs });
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
