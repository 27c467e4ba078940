import type * as z from 'zod';
import { type AccountOpener, accountOpener } from '../connections/public.ts';
import { type Adapter, type AdapterFor, adapterFor } from '../platforms/public.ts';
import type { PublicationError } from '../posts/contract.ts';
import {
  type LaneTable,
  laneTable,
  type PostTable,
  type PublicationTable,
  partsFor,
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
import { deliver } from './deliver.ts';
import type { Delivered, Delivery } from './delivery.ts';
import { claimHead, listHeads, rememberEnds } from './lane.ts';
import { isTooLate, missedError } from './lateness.ts';
import { lookBack, recall } from './look-back.ts';
import { type PublishingSettingsTable, publishingSettingsTable } from './publishing-settings-table.ts';
import type { Lateness } from './schemas.ts';

/** A lane that still has work after this long goes on in another invocation, so that none is cut off in the middle. */
const laneSeconds = 20;

type Tools = ConcludeTools & {
  publications: Pick<PublicationTable, 'listLane' | 'claim' | 'postpone' | 'discard'>;
  posts: Pick<PostTable, 'find'>;
  lanes: Pick<LaneTable, 'findPublished'>;
  accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>;
  attempts: AttemptTable;
  settings: Pick<PublishingSettingsTable, 'terms'>;
  adapterFor: AdapterFor;
  wait: (ms: number) => Promise<void>;
};
type Lane = z.output<typeof publishingWorkers.publishLane.body>;

/**
 * Publishes what is due on a connection, one after the other, until nothing is left that can go out now. Safe to run
 * twice, late and out of order: of all who come to a lane at once, one goes on.
 */
export async function publishLane(lane: Lane, given: Tools): Promise<void> {
  const { publications, isOpen } = rememberEnds(given.publications);
  const tools = { ...given, publications };
  const endAt = addSeconds(tools.now(), laneSeconds);
  while (tools.now() < endAt) {
    const heads = (await listHeads(lane, tools)).filter(isOpen);
    if (heads.length === 0) return;
    const { isPaused } = await tools.settings.terms(lane);
    if (isPaused) return;
    const claimed = await claimHead(heads, tools);
    if (!claimed) return;
    await publish(claimed, tools);
  }
  await tools.queue.send([{ body: lane }]);
}

/**
 * Makes one claimed publication, or writes down why not. The crisis stop is read again, now that everybody sees the claim:
 * whoever stops the team is told of each publication that may still go out.
 */
async function publish(claimed: StoredPublication, tools: Tools): Promise<void> {
  const { teamId, postId, connectionId } = claimed;
  const [adapter, post, opened, { lateness, isPaused }] = await Promise.all([
    tools.adapterFor(claimed.platform),
    tools.posts.find(teamId, postId),
    tools.accounts.open(teamId, connectionId),
    tools.settings.terms(claimed),
  ]);
  if (!post) return tools.publications.discard(claimed);
  if (!opened || isPaused) return holdBack(claimed, { adapter, lateness, isPaused }, tools);
  const content = partsFor(claimed.platform, post)[claimed.parts?.length ?? 0];
  if (!content) throw new Error(`${claimed.postId} for ${connectionId}: more of it is out than there is`);
  const { account, renewEnding } = opened;
  const delivery = { claimed, content, account, renewEnding, adapter, lateness };
  if (isTooLate(claimed, lateness, tools.now())) return miss(delivery, tools);
  await tools.wait(Math.max(0, Date.parse(claimed.nextAttemptAt) - tools.now().getTime()));
  const delivered = await deliver(delivery, tools);
  if (delivered.outcome.kind === 'refused' && delivered.outcome.refusal.kind === 'reconnect')
    await tools.accounts.markNeedsReconnect(teamId, connectionId, opened.secretVersion());
  await concluded(delivery, delivered, tools);
}

type Held = { adapter: Adapter; lateness: Lateness; isPaused: boolean };

/** Calls nobody: for later where the team is paused, for good where the account is gone. */
async function holdBack(claimed: StoredPublication, { adapter, lateness, isPaused }: Held, tools: Tools) {
  const known = await recall(claimed, adapter, tools);
  if (known?.outcome.kind === 'accepted') return concluded({ claimed, adapter, lateness }, known, tools);
  const inDoubt = known !== undefined;
  if (!isPaused) return giveUp(claimed, { state: 'failed', inDoubt, error: removedError(claimed) }, tools);
  const { error, nextAttemptAt } = claimed;
  await tools.publications.postpone(claimed, { at: new Date(nextAttemptAt), error, inDoubt });
}

/** Sends nothing any more, but an earlier attempt may have got through. */
async function miss(delivery: Delivery, tools: Tools): Promise<void> {
  const { lateness } = delivery;
  const earlier = await lookBack(delivery, tools);
  if (earlier?.outcome.kind === 'accepted') return concluded(delivery, earlier, tools);
  const missed = {
    state: 'missed',
    inDoubt: earlier?.inDoubt ?? false,
    error: missedError(delivery.claimed, lateness),
  } as const;
  await giveUp(delivery.claimed, { ...missed, policy: lateness.policy }, tools);
}

const concluded = (
  { claimed, adapter, lateness }: Pick<Delivery, 'claimed' | 'adapter' | 'lateness'>,
  delivered: Delivered,
  tools: Tools,
) => conclude(claimed, { ...delivered, lateness, unknownPauseSeconds: adapter.unknownPauseSeconds }, tools);

const removedError = ({ parts }: StoredPublication): PublicationError => ({
  code: 'connection_removed',
  message: parts
    ? 'The account was disconnected before all of the thread was out.'
    : 'The account was disconnected before the post was due.',
  action: 'reconnect',
  platformCode: null,
});

export const handler = worker(publishingWorkers.publishLane, publishLane, () => ({
  publications: publicationTable(),
  posts: postTable(),
  lanes: laneTable(),
  accounts: accountOpener(),
  attempts: attemptTable(),
  settings: publishingSettingsTable(),
  adapterFor,
  queue: workQueue(publishingWorkers.publishLane),
  now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}));
