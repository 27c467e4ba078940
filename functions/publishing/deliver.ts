import type { Account, Adapter, Publication, PublishOutcome } from '../platforms/public.ts';
import type { StoredPublication } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { Attempt, AttemptTable } from './attempt-table.ts';
import { refOf } from './contract.ts';

type Tools = { attempts: Pick<AttemptTable, 'begin' | 'end' | 'list'>; now: Now };
type Delivery = { claimed: StoredPublication; text: string; account: Account; adapter: Adapter };

/** An outcome and when the platform was called for it. `inDoubt`: an earlier attempt may have got through all the same. */
export type Delivered = { outcome: PublishOutcome; calledAt: Date; inDoubt: boolean };

/**
 * Makes the platform call, or finds out that an earlier one got through. An attempt whose outcome is unknown is repeated
 * only while the platform knows its handle; after that the account is looked at first.
 */
export async function deliver(delivery: Delivery, tools: Tools): Promise<Delivered> {
  const { claimed, text, account, adapter } = delivery;
  const publication = { text, handle: handleOf(claimed, adapter) };
  const { accepted, open } = await earlierAttempts(claimed, publication.handle, tools);
  if (accepted) return accepted;
  const calledAt = tools.now();
  const isKnown = open && calledAt < addSeconds(new Date(open.sendingAt), adapter.handleValidSeconds);
  if (open && !isKnown) {
    const found = await lookFor(open, publication, delivery);
    if (found) return found;
  }
  const attempt = await tools.attempts.begin({ ...refOf(claimed), ...publication, at: calledAt });
  const outcome = await adapter.publish(account, publication).catch(unexpected);
  await tools.attempts.end(attempt, { ...endOf(outcome), at: tools.now() });
  const delivered = { outcome, calledAt, inDoubt: false };
  // A refusal says nothing of the attempt before it, whose answer was lost.
  if (!open || outcome.kind !== 'refused') return delivered;
  const found = await lookFor(open, publication, delivery);
  return found?.outcome.kind === 'accepted' ? found : { ...delivered, inDoubt: found !== undefined };
}

/** Whether an attempt of this planning may have got through; for publications that are to end without another call. */
export async function isInDoubt(claimed: StoredPublication, adapter: Adapter, tools: Tools): Promise<boolean> {
  const { accepted, open } = await earlierAttempts(claimed, handleOf(claimed, adapter), tools);
  return accepted !== undefined || open !== undefined;
}

const handleOf = ({ postId, connectionId, plan, publishAt }: StoredPublication, adapter: Adapter) =>
  adapter.handleFor(new Date(publishAt), `${postId}:${connectionId}:${plan}`);

type Earlier = { accepted?: Delivered; open?: Attempt };

/** What the ledger says of this handle: an attempt that was accepted but not settled, or the first with no known end. */
async function earlierAttempts(claimed: StoredPublication, handle: string, { attempts }: Tools): Promise<Earlier> {
  if (claimed.attempts <= 1) return {};
  const ofHandle = (await attempts.list(claimed)).filter((attempt) => attempt.handle === handle);
  const accepted = ofHandle.find(({ state }) => state === 'accepted');
  if (accepted?.answer && accepted.url) {
    const outcome = { kind: 'accepted', platformPostId: accepted.answer, url: accepted.url } as const;
    return { accepted: { outcome, calledAt: new Date(accepted.sendingAt), inDoubt: false } };
  }
  const open = ofHandle.find(({ state }) => state === 'sending' || state === 'unknown');
  return open ? { open } : {};
}

/** What the account shows of an earlier attempt; undefined when it surely did not get through. */
async function lookFor(
  { sendingAt }: Attempt,
  publication: Publication,
  { account, adapter }: Delivery,
): Promise<Delivered | undefined> {
  const attemptedAt = new Date(sendingAt);
  const found = await adapter.reconcile(account, { ...publication, attemptedAt }).catch(unexpected);
  if (found.kind === 'absent') return undefined;
  const outcome = found.kind === 'published' ? ({ ...found, kind: 'accepted' } as const) : found;
  return { outcome, calledAt: attemptedAt, inDoubt: outcome.kind === 'unknown' };
}

/** An adapter that throws has told nothing about what reached the platform. */
function unexpected(error: Error) {
  log.error('adapter.failed', { error });
  return { kind: 'unknown', message: 'the adapter failed' } as const;
}

function endOf(outcome: PublishOutcome) {
  if (outcome.kind === 'accepted')
    return { state: 'accepted', answer: outcome.platformPostId, url: outcome.url } as const;
  if (outcome.kind === 'unknown') return { state: 'unknown', answer: outcome.message } as const;
  const { kind, platformCode, message } = outcome.refusal;
  return { state: 'refused', answer: `${kind} ${platformCode ?? ''}: ${message}` } as const;
}
