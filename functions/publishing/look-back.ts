import type { Adapter, Publication, PublishOutcome } from '../platforms/public.ts';
import type { StoredPublication } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { AttemptTable } from './attempt-table.ts';
import { type Delivered, type Delivery, endOf, handleOf, partOf } from './delivery.ts';
import { type Earlier, type Open, readLedger } from './ledger.ts';

export type LedgerTools = { attempts: AttemptTable; now: Now };

/** What came of earlier attempts, without making another: undefined when surely none of them got through. */
export async function lookBack(delivery: Delivery, tools: LedgerTools): Promise<Delivered | undefined> {
  const { claimed, content, adapter } = delivery;
  const publication = partOf({ claimed, content, adapter });
  const { accepted, open } = await readLedger(claimed, publication.handle, tools.attempts);
  if (accepted) return deliveredBefore(accepted);
  return open && lookAt(open, publication, { delivery, tools });
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

type Looking = { delivery: Delivery; tools: LedgerTools };

/**
 * What the account shows of earlier attempts; undefined when surely none of them got through. What one came to says nothing of
 * another that may still be at work.
 */
export async function lookAt(open: Open, publication: Publication, looking: Looking): Promise<Delivered | undefined> {
  const { delivery, tools } = looking;
  const found: Delivered[] = [];
  for (const attempt of open.attempts) {
    const one = await lookFor(attempt, publication, looking);
    if (one?.outcome.kind === 'accepted') return one;
    if (one) found.push(one);
  }
  const isOnlyOne = open.attempts.length === 1;
  const worst = found.find(({ inDoubt }) => inDoubt) ?? found[0];
  if (worst && !worst.inDoubt && isOnlyOne) return worst;
  return isAtWork(open, delivery.adapter, tools.now()) ? stillAtWork(open) : worst;
}

/** The same of one. What the platform took and then gave up has ended: another try begins anew. */
async function lookFor(
  attempt: Open['attempts'][number],
  publication: Publication,
  { delivery: { account, adapter }, tools }: Looking,
): Promise<Delivered | undefined> {
  const { sendingAt, prepared } = attempt;
  const attemptedAt = new Date(sendingAt);
  const found = await adapter.reconcile(account, { ...publication, prepared, attemptedAt }).catch(unexpected);
  if (found.kind === 'absent') return undefined;
  const outcome = found.kind === 'published' ? ({ ...found, kind: 'accepted' } as const) : found;
  if (outcome.kind === 'refused') await tools.attempts.end(attempt, { ...endOf(outcome), at: tools.now() });
  return { outcome, calledAt: attemptedAt, inDoubt: outcome.kind === 'unknown' };
}

/** A call whose answer was lost, to a publisher that died as well, may reach its end on the platform only now. */
export const isAtWork = ({ lastSentAt }: Open, { unknownPauseSeconds }: Adapter, at: Date) =>
  at < addSeconds(new Date(lastSentAt), unknownPauseSeconds);

const stillAtWork = ({ sendingAt }: Open): Delivered => ({
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
