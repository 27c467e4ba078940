import type * as z from 'zod';
import { type AccountOpener, accountOpener } from '../connections/public.ts';
import type { PlatformId } from '../platforms/contract.ts';
import { type Adapter, adapterFor } from '../platforms/public.ts';
import type { PublicationError } from '../posts/contract.ts';
import { type PostTable, type PublicationTable, postTable, publicationTable } from '../posts/public.ts';
import { addSeconds, now } from '../runtime/clock.ts';
import { workQueue } from '../runtime/queue.ts';
import { worker } from '../runtime/worker.ts';
import { type AttemptTable, attemptTable } from './attempt-table.ts';
import { type ConcludeTools, conclude, giveUp } from './conclude.ts';
import { publishingWorkers } from './contract.ts';
import { deliver, isInDoubt } from './deliver.ts';
import { isTooLate } from './retry.ts';

/** Longer than the function may run, so that nobody else holds the publication while this one still might. */
const leaseSeconds = publishingWorkers.publishPublication.timeoutSeconds + 10;
/** SQS delays in whole seconds, rounded down: a message may come this much early and then waits here. */
const earlySeconds = 1.5;

type Tools = ConcludeTools & {
  publications: Pick<PublicationTable, 'claim' | 'discard'>;
  posts: Pick<PostTable, 'find'>;
  accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>;
  attempts: AttemptTable;
  adapterFor: (platform: PlatformId) => Adapter;
  wait: (ms: number) => Promise<void>;
};
type Ref = z.output<typeof publishingWorkers.publishPublication.body>;

/** Safe to run twice, late and out of order: only the delivery that gets the claim goes on. */
export async function publishPublication(ref: Ref, tools: Tools): Promise<void> {
  const startedAt = tools.now();
  const until = addSeconds(startedAt, earlySeconds);
  const claimed = await tools.publications.claim(ref, { now: startedAt, until, leaseSeconds });
  if (!claimed) return;
  const adapter = tools.adapterFor(claimed.platform);
  const end = async (error: PublicationError) =>
    giveUp(claimed, { inDoubt: await isInDoubt(claimed, adapter, tools), error }, tools);
  if (isTooLate(claimed, startedAt)) return end(tooLate);
  const [post, opened] = await Promise.all([
    tools.posts.find(ref.teamId, ref.postId),
    tools.accounts.open(ref.teamId, ref.connectionId),
  ]);
  if (!post) return tools.publications.discard(claimed);
  if (!opened) return end(connectionRemoved);
  await tools.wait(Math.max(0, Date.parse(claimed.nextAttemptAt) - tools.now().getTime()));
  const delivered = await deliver({ claimed, text: post.text, account: opened.account, adapter }, tools);
  if (delivered.outcome.kind === 'refused' && delivered.outcome.refusal.kind === 'reconnect')
    await tools.accounts.markNeedsReconnect(ref.teamId, ref.connectionId, opened.secretVersion());
  await conclude(claimed, { ...delivered, unknownPauseSeconds: adapter.unknownPauseSeconds }, tools);
}

const connectionRemoved: PublicationError = {
  code: 'connection_removed',
  message: 'The account was disconnected before the post was due.',
  action: 'reconnect',
  platformCode: null,
};

const tooLate: PublicationError = {
  code: 'too_late',
  message: 'The post could not go out in time, for reasons on our side, and was not sent hours later.',
  action: 'none',
  platformCode: null,
};

export const handler = worker(publishingWorkers.publishPublication, publishPublication, () => ({
  publications: publicationTable(),
  posts: postTable(),
  accounts: accountOpener(),
  attempts: attemptTable(),
  adapterFor,
  queue: workQueue(publishingWorkers.publishPublication),
  now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}));
