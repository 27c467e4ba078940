import type {
  Account,
  Adapter,
  Publication,
  PublishOutcome,
  Readiness,
  Refusal,
  ReplyTo,
} from '../platforms/public.ts';
import type { PartContent, StoredPublication } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { Attempt, AttemptTable } from './attempt-table.ts';
import { type Lateness, refOf } from './contract.ts';
import { type Earlier, readLedger } from './ledger.ts';
import { keepPace, type PaceTools } from './pace.ts';

type LedgerTools = { attempts: AttemptTable; now: Now };
type Tools = LedgerTools & PaceTools;
export type Delivery = {
  claimed: StoredPublication;
  /** Of the part that is next. */
  content: PartContent;
  account: Account;
  adapter: Adapter;
  lateness: Lateness;
};

/** An outcome and when the platform was called for it. `inDoubt`: an earlier attempt may have got through all the same. */
export type Delivered = { outcome: PublishOutcome; calledAt: Date; inDoubt: boolean };

/**
 * Makes the platform call, or finds out that an earlier one got through. What follows an attempt whose outcome is unknown
 * depends on the platform's retry class; nothing is ever sent again on hope.
 */
export async function deliver(delivery: Delivery, tools: Tools): Promise<Delivered> {
  const { claimed, content, adapter } = delivery;
  const publication = partOf({ claimed, content, adapter });
  const earlier = await readLedger(claimed, publication.handle, tools.attempts);
  if (earlier.accepted) return deliveredBefore(earlier.accepted);
  const { open } = earlier;
  const retryClass = classOf(adapter, publication);
  const isHarmless = retryClass === 'idempotent' && knowsHandle(open, adapter, tools.now());
  if (open && (isAtWork(open, adapter, tools.now()) || !isHarmless)) {
    const found = await lookFor(open, publication, delivery);
    if (found?.outcome.kind === 'accepted') return found;
    if (isAtWork(open, adapter, tools.now())) return stillAtWork(open);
    if (found && retryClass !== 'duplicate_refused') return found;
  }
  const delivered = { ...(await send(publication, earlier, { delivery, tools })), inDoubt: false };
  // A refusal says nothing of the attempt before it, whose answer was lost.
  if (!open || delivered.outcome.kind !== 'refused') return delivered;
  const found = await lookFor(open, publication, delivery);
  return found?.outcome.kind === 'accepted' ? found : { ...delivered, inDoubt: found !== undefined };
}

/** What came of earlier attempts, without making another: undefined when surely none of them got through. */
export async function lookBack(delivery: Delivery, tools: LedgerTools): Promise<Delivered | undefined> {
  const { claimed, content, adapter } = delivery;
  const publication = partOf({ claimed, content, adapter });
  const { accepted, open } = await readLedger(claimed, publication.handle, tools.attempts);
  if (accepted) return deliveredBefore(accepted);
  const found = open && (await lookFor(open, publication, delivery));
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

/** The part that is next, under its own handle and in answer to those that are out. */
const partOf = ({ claimed, content, adapter }: Pick<Delivery, 'claimed' | 'content' | 'adapter'>): Publication => ({
  ...content,
  replyTo: replyTo(claimed),
  handle: handleOf(claimed, adapter),
});

function replyTo({ parts = [] }: StoredPublication): ReplyTo | undefined {
  const [root] = parts;
  const last = parts.at(-1);
  return root?.platformPostId !== undefined && last?.platformPostId !== undefined
    ? { platformPostId: last.platformPostId, rootId: root.platformPostId }
    : undefined;
}

function handleOf({ postId, connectionId, plan, publishAt, parts = [] }: StoredPublication, adapter: Adapter): string {
  const seed = `${postId}:${connectionId}:${plan}`;
  return adapter.handleFor(new Date(publishAt), parts.length > 0 ? `${seed}:${parts.length}` : seed);
}

/** A call whose answer was lost, to a publisher that died as well, may reach its end on the platform only now. */
const isAtWork = ({ lastSentAt }: NonNullable<Earlier['open']>, { unknownPauseSeconds }: Adapter, at: Date) =>
  at < addSeconds(new Date(lastSentAt), unknownPauseSeconds);

const stillAtWork = ({ sendingAt }: NonNullable<Earlier['open']>): Delivered => ({
  outcome: { kind: 'unknown', message: 'it may still be at work on an earlier call' },
  calledAt: new Date(sendingAt),
  inDoubt: true,
});

const classOf = (adapter: Adapter, publication: Publication) =>
  adapter.retryClassOf?.(publication) ?? adapter.retryClass;

/** The platform still knows the handle: by it, a second call gives the first one's post. */
const knowsHandle = (open: Earlier['open'], { handleValidSeconds }: Adapter, at: Date) =>
  open !== undefined && at < addSeconds(new Date(open.sendingAt), handleValidSeconds);

const deliveredBefore = ({ answer, url, sendingAt }: NonNullable<Earlier['accepted']>): Delivered => ({
  outcome: { kind: 'accepted', platformPostId: answer, url },
  calledAt: new Date(sendingAt),
  inDoubt: false,
});

/** A function lives for a minute and may claim for a third of it; the call itself and a look at what came of it need the rest. */
const longestReadySeconds = 10;

type Sending = { delivery: Delivery; tools: Tools };

/** Prepares what is not prepared yet, and makes the one irreversible call. */
async function send(publication: Publication, earlier: Earlier, sending: Sending): Promise<Omit<Delivered, 'inDoubt'>> {
  const { account, adapter } = sending.delivery;
  const { attempts, now } = sending.tools;
  const beganAt = now();
  const tooSoon = await keepPace(sending.delivery, sending.tools);
  if (tooSoon) return { outcome: { kind: 'refused', refusal: tooSoon }, calledAt: beganAt };
  const ready = await makeReady(publication, earlier.prepared, sending);
  const calledAt = now();
  if ('refusal' in ready) return { outcome: { kind: 'refused', refusal: ready.refusal }, calledAt };
  const { prepared } = ready;
  // What is kept needs no second time, and the one call that must not be cut off gets a run of its own.
  if (prepared && calledAt > addSeconds(beganAt, longestReadySeconds))
    return { outcome: { kind: 'refused', refusal: stillProcessing(calledAt) }, calledAt };
  const attempt =
    prepared?.state === 'prepared'
      ? await attempts.send(prepared, calledAt)
      : await attempts.begin(beginning({ ...publication, prepared: prepared?.prepared }, calledAt, sending));
  const attemptedAt = earlier.open && new Date(earlier.open.sendingAt);
  const complete = { ...publication, prepared: prepared?.prepared, attemptedAt };
  const outcome = await adapter.publish(account, complete).catch(unexpected);
  await attempts.end(attempt, { ...endOf(outcome), at: now() });
  return { outcome, calledAt };
}

const beginning = (publication: Publication, at: Date, { delivery: { claimed, adapter } }: Sending) => ({
  ...refOf(claimed),
  ...publication,
  retryClass: classOf(adapter, publication),
  at,
});

type Ready = { prepared?: Attempt } | { refusal: Refusal };

/** Nothing in here is visible on the platform, so all of it may be done again. */
async function makeReady(publication: Publication, earlier: Attempt | undefined, sending: Sending): Promise<Ready> {
  const { account, adapter } = sending.delivery;
  const { attempts, now } = sending.tools;
  let prepared = earlier;
  if (adapter.prepare && !prepared) {
    const made = await adapter.prepare(account, publication).catch(failedToPrepare);
    if (made.kind === 'refused') return made;
    if (made.handle !== undefined)
      prepared = await attempts.prepare(beginning({ ...publication, prepared: made.handle }, now(), sending));
  }
  const uploaded = await bringBytes(publication, prepared, sending);
  prepared = uploaded.prepared;
  const readiness = await checked(uploaded.readiness, { ...publication, prepared: prepared?.prepared }, sending);
  if (readiness.kind === 'refused') return dropRefused(prepared, readiness, sending);
  if (readiness.kind === 'wait') return { refusal: stillProcessing(addSeconds(now(), readiness.seconds)) };
  if (readiness.kind === 'goes_on')
    return makeReady({ ...publication, prepared: prepared?.prepared }, undefined, sending);
  // Prepared so long ago that the platform has dropped it.
  if (readiness.kind === 'expired' && earlier) return makeReady(publication, undefined, sending);
  if (readiness.kind === 'expired') return { refusal: dropped };
  return prepared ? { prepared } : {};
}

/** What the platform could not use is not used again: another try prepares anew. */
async function dropRefused(prepared: Attempt | undefined, { refusal }: { refusal: Refusal }, { tools }: Sending) {
  const mayPass = refusal.kind === 'retry_later' || refusal.kind === 'rate_limited';
  if (prepared && !mayPass)
    await tools.attempts.end(prepared, { ...endOf({ kind: 'refused', refusal }), at: tools.now() });
  return { refusal };
}

/** Brings the rest of the bytes to what was prepared, and keeps how far that came. */
async function bringBytes(publication: Publication, prepared: Attempt | undefined, sending: Sending) {
  const { account, adapter } = sending.delivery;
  const complete = { ...publication, prepared: prepared?.prepared };
  const readiness = (await adapter.upload?.(account, complete).catch(failedToPrepare)) ?? ({ kind: 'ready' } as const);
  const handle = 'handle' in readiness ? readiness.handle : undefined;
  if (!prepared || handle === undefined) return { readiness, prepared };
  return { readiness, prepared: await sending.tools.attempts.keep(prepared, handle) };
}

/** Only what has all its bytes is asked for. */
async function checked(uploaded: Readiness, publication: Publication, { delivery }: Sending): Promise<Readiness> {
  if (uploaded.kind !== 'ready') return uploaded;
  const { account, adapter } = delivery;
  return (await adapter.checkReady?.(account, publication).catch(failedToPrepare)) ?? uploaded;
}

const stillProcessing = (retryAt: Date): Refusal => ({
  kind: 'retry_later',
  retryAt,
  isWaiting: true,
  platformCode: null,
  message: 'The platform does not have all of it yet.',
});

/** The next run prepares it anew. */
const dropped: Refusal = {
  kind: 'retry_later',
  platformCode: null,
  message: 'The platform dropped what was prepared a moment before.',
};

/** What the account shows of an earlier attempt; undefined when it surely did not get through. */
async function lookFor(
  { sendingAt, prepared }: NonNullable<Earlier['open']>,
  publication: Publication,
  { account, adapter }: Delivery,
): Promise<Delivered | undefined> {
  const attemptedAt = new Date(sendingAt);
  const found = await adapter.reconcile(account, { ...publication, prepared, attemptedAt }).catch(unexpected);
  if (found.kind === 'absent') return undefined;
  const outcome = found.kind === 'published' ? ({ ...found, kind: 'accepted' } as const) : found;
  return { outcome, calledAt: attemptedAt, inDoubt: outcome.kind === 'unknown' };
}

/** An adapter that throws has told nothing about what reached the platform. */
function unexpected(error: Error) {
  log.error('adapter.failed', { error });
  return { kind: 'unknown', message: 'the adapter failed' } as const;
}

function failedToPrepare(error: Error) {
  log.error('adapter.failed', { error });
  const refusal: Refusal = { kind: 'retry_later', platformCode: null, message: 'The adapter failed.' };
  return { kind: 'refused', refusal } as const;
}

function endOf(outcome: PublishOutcome) {
  if (outcome.kind === 'accepted')
    return { state: 'accepted', answer: outcome.platformPostId, url: outcome.url } as const;
  if (outcome.kind === 'unknown') return { state: 'unknown', answer: outcome.message } as const;
  const { kind, platformCode, message } = outcome.refusal;
  return { state: 'refused', answer: `${kind} ${platformCode ?? ''}: ${message}` } as const;
}
