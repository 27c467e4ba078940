import type * as z from 'zod';
import { type AccountOpener, accountOpener } from '../connections/public.ts';
import type { PlatformId } from '../platforms/contract.ts';
import { type Adapter, adapterFor } from '../platforms/public.ts';
import type { PublicationError } from '../posts/contract.ts';
import {
  type PostTable,
  type PublicationTable,
  postTable,
  publicationTable,
  type StoredPublication,
} from '../posts/public.ts';
import { addSeconds, now } from '../runtime/clock.ts';
import { workQueue } from '../runtime/queue.ts';
import { worker } from '../runtime/worker.ts';
import { type AttemptTable, attemptTable } from './attempt-table.ts';
import { type ConcludeTools, conclude, giveUp } from './conclude.ts';
import { publishingWorkers } from './contract.ts';
import { type Delivery, deliver, isInDoubt, lookBack } from './deliver.ts';
import { claimHead, listHeads } from './lane.ts';
import { isTooLate, type Lateness, missedError } from './lateness.ts';
import { type PublishingSettingsTable, publishingSettingsTable } from './publishing-settings-table.ts';

/** A lane that still has work after this long goes on in another invocation, so that none is cut off in the middle. */
const laneSeconds = 30;

type Tools = ConcludeTools & {
  publications: Pick<PublicationTable, 'listLane' | 'claim' | 'discard'>;
  posts: Pick<PostTable, 'find'>;
  accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>;
  attempts: AttemptTable;
  settings: Pick<PublishingSettingsTable, 'terms'>;
  adapterFor: (platform: PlatformId) => Adapter;
  wait: (ms: number) => Promise<void>;
};
type Lane = z.output<typeof publishingWorkers.publishLane.body>;

/**
 * Publishes what is due on a connection, one after the other, until nothing is left that can go out now. Safe to run
 * twice, late and out of order: of all who come to a lane at once, one goes on.
 */
export async function publishLane(lane: Lane, tools: Tools): Promise<void> {
  const endAt = addSeconds(tools.now(), laneSeconds);
  while (tools.now() < endAt) {
    const heads = await listHeads(lane, tools);
    if (heads.length === 0) return;
    const { lateness, isPaused } = await tools.settings.terms(lane);
    if (isPaused) return;
    const claimed = await claimHead(heads, tools);
    if (!claimed) return;
    await publish(claimed, lateness, tools);
  }
  await tools.queue.send([{ body: lane }]);
}

/** Makes one claimed publication, or writes down why not. */
async function publish(claimed: StoredPublication, lateness: Lateness, tools: Tools): Promise<void> {
  const { teamId, postId, connectionId } = claimed;
  const adapter = tools.adapterFor(claimed.platform);
  const [post, opened] = await Promise.all([
    tools.posts.find(teamId, postId),
    tools.accounts.open(teamId, connectionId),
  ]);
  if (!post) return tools.publications.discard(claimed);
  if (!opened) {
    const inDoubt = await isInDoubt(claimed, adapter, tools);
    return giveUp(claimed, { state: 'failed', inDoubt, error: connectionRemoved }, tools);
  }
  const delivery = { claimed, text: post.text, account: opened.account, adapter };
  if (isTooLate(claimed, lateness, tools.now())) return miss(delivery, lateness, tools);
  await tools.wait(Math.max(0, Date.parse(claimed.nextAttemptAt) - tools.now().getTime()));
  const delivered = await deliver(delivery, tools);
  if (delivered.outcome.kind === 'refused' && delivered.outcome.refusal.kind === 'reconnect')
    await tools.accounts.markNeedsReconnect(teamId, connectionId, opened.secretVersion());
  await conclude(claimed, { ...delivered, unknownPauseSeconds: adapter.unknownPauseSeconds, lateness }, tools);
}

/** Sends nothing any more, but an earlier attempt may have got through. */
async function miss(delivery: Delivery, lateness: Lateness, tools: Tools): Promise<void> {
  const { claimed, adapter } = delivery;
  const earlier = await lookBack(delivery, tools);
  if (earlier?.outcome.kind === 'accepted')
    return conclude(claimed, { ...earlier, unknownPauseSeconds: adapter.unknownPauseSeconds, lateness }, tools);
  const missed = { state: 'missed', inDoubt: earlier !== undefined, error: missedError(lateness) } as const;
  await giveUp(claimed, { ...missed, policy: lateness.policy }, tools);
}

const connectionRemoved: PublicationError = {
  code: 'connection_removed',
  message: 'The account was disconnected before the post was due.',
  action: 'reconnect',
  platformCode: null,
};

export const handler = worker(publishingWorkers.publishLane, publishLane, () => ({
  publications: publicationTable(),
  posts: postTable(),
  accounts: accountOpener(),
  attempts: attemptTable(),
  settings: publishingSettingsTable(),
  adapterFor,
  queue: workQueue(publishingWorkers.publishLane),
  now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}));
