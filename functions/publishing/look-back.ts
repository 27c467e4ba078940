import type { Adapter, Publication, PublishOutcome } from '../platforms/public.ts';
import type { StoredPublication } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { AttemptTable } from './attempt-table.ts';
import { type Delivered, type Delivery, endOf, handleOf, partOf } from './delivery.ts';
import { type Earlier, readLedger } from './ledger.ts';

export type LedgerTools = { attempts: AttemptTable; now: Now };
type Open = NonNullable<Earlier['open']>;

/** What came of earlier attempts, without making another: undefined when surely none of them got through. */
export async function lookBack(delivery: Delivery, tools: LedgerTools): Promise<Delivered | undefined> {
  const { claimed, content, adapter } = delivery;
  const publication = partOf({ claimed, content, adapter });
  const { accepted, open } = await readLedger(claimed, publication.handle, tools.attempts);
  if (accepted) return deliveredBefore(accepted);
  const found = open && (await lookFor(open, publication, { delivery, tools }));
  return !found && open && isAtWork(open, adapter, tools.now()) ? stillAtWork(open) : found;
}

/** The same as far as our own ledger tells, without a look at the platform. */
export async function recall(
  claimed: StoredPublication,
  adapter: Adapter,
  tools: LedgerTools,
): Promise<Delivered | undefined> {
  const { accepted, open } = await readLedger(claimed, handleOf(claimed, adapter), tools.attempts);
  if (accepted) return deliveredBefore(accepted);
  const outcome = { kind: 'unknown', message: 'nobody looked' } as const;
  return open && { outcome, calledAt: new Date(open.sendingAt), inDoubt: true };
}

/**
 * What the account shows of an earlier attempt; undefined when it surely did not get through. One that the platform took and
 * then gave up has ended: another try begins anew.
 */
export async function lookFor(
  open: Open,
  publication: Publication,
  { delivery: { account, adapter }, tools }: { delivery: Delivery; tools: LedgerTools },
): Promise<Delivered | undefined> {
  const { sendingAt, prepared } = open;
  const attemptedAt = new Date(sendingAt);
  const found = await adapter.reconcile(account, { ...publication, prepared, attemptedAt }).catch(unexpected);
  if (found.kind === 'absent') return undefined;
  const outcome = found.kind === 'published' ? ({ ...found, kind: 'accepted' } as const) : found;
  if (outcome.kind === 'refused') await tools.attempts.end(open, { ...endOf(outcome), at: tools.now() });
  return { outcome, calledAt: attemptedAt, inDoubt: outcome.kind === 'unknown' };
}

/** A call whose answer was lost, to a publisher that died as well, may reach its end on the platform only now. */
export const isAtWork = ({ lastSentAt }: Open, { unknownPauseSeconds }: Adapter, at: Date) =>
  at < addSeconds(new Date(lastSentAt), unknownPauseSeconds);

export const stillAtWork = ({ sendingAt }: Open): Delivered => ({
  outcome: { kind: 'unknown', message: 'it may still be at work on an earlier call' },
  calledAt: new Date(sendingAt),
  inDoubt: true,
});

export const deliveredBefore = ({ answer, url, sendingAt }: NonNullable<Earlier['accepted']>): Delivered => ({
  outcome: { kind: 'accepted', platformPostId: answer, url },
  calledAt: new Date(sendingAt),
  inDoubt: false,
});

/** An adapter that throws has told nothing about what reached the platform. */
export function unexpected(error: Error): Extract<PublishOutcome, { kind: 'unknown' }> {
  log.error('adapter.failed', { error });
  return { kind: 'unknown', message: 'the adapter failed' };
}
