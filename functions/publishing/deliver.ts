import { type Adapter, PlatformRefused, type Publication, type Refusal } from '../platforms/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import { classOf, type Delivered, type Delivery, endOf, partOf } from './delivery.ts';
import { type Earlier, readLedger } from './ledger.ts';
import { deliveredBefore, isAtWork, type LedgerTools, lookAt, unexpected } from './look-back.ts';
import { beginning, makeReady, stillProcessing } from './make-ready.ts';
import { keepPace, type PaceTools } from './pace.ts';

type Tools = LedgerTools & PaceTools;

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
    const found = await lookAt(open, publication, { delivery, tools });
    const mayFollow = retryClass === 'duplicate_refused' && !isAtWork(open, adapter, tools.now());
    if (found && !(found.inDoubt && mayFollow)) return found;
  }
  const delivered = { ...(await send(publication, earlier, { delivery, tools })), inDoubt: false };
  // A refusal says nothing of the attempt before it, whose answer was lost.
  if (!open || delivered.outcome.kind !== 'refused') return delivered;
  const found = await lookAt(open, publication, { delivery, tools });
  return found?.outcome.kind === 'accepted' ? found : { ...delivered, inDoubt: found?.inDoubt ?? false };
}

/** The platform still knows the handle: by it, a second call gives the first one's post. */
const knowsHandle = (open: Earlier['open'], { handleValidSeconds }: Adapter, at: Date) =>
  open !== undefined && at < addSeconds(new Date(open.sendingAt), handleValidSeconds);

/** A function lives for a minute and may claim for a third of it; the call itself and a look at what came of it need the rest. */
const longestReadySeconds = 10;

type Sending = { delivery: Delivery; tools: Tools };

/** Tokens are renewed before the ledger says that something is sent: whoever dies over it, or loses them, leaves no doubt. */
async function renewed({ renewEnding }: Delivery): Promise<Refusal | undefined> {
  try {
    await renewEnding();
    return undefined;
  } catch (error) {
    if (error instanceof PlatformRefused) return error.refusal;
    throw error;
  }
}

/** Prepares what is not prepared yet, and makes the one irreversible call. */
async function send(publication: Publication, earlier: Earlier, sending: Sending): Promise<Omit<Delivered, 'inDoubt'>> {
  const { account, adapter } = sending.delivery;
  const { attempts, now } = sending.tools;
  const beganAt = now();
  const refusal = (await keepPace(sending.delivery, sending.tools)) ?? (await renewed(sending.delivery));
  if (refusal) return { outcome: { kind: 'refused', refusal }, calledAt: beganAt };
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
  const known = outcome.kind === 'unknown' && outcome.handle !== undefined ? { prepared: outcome.handle } : {};
  await attempts.end(attempt, { ...endOf(outcome), ...known, at: now() });
  return { outcome, calledAt };
}
