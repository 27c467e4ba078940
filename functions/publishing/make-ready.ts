import type { Publication, Readiness, Refusal } from '../platforms/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { Attempt } from './attempt-table.ts';
import { classOf, type Delivery, endOf } from './delivery.ts';
import type { LedgerTools } from './look-back.ts';
import { refOf } from './schemas.ts';

export type Sending = { delivery: Delivery; tools: LedgerTools };

/** What the ledger keeps of an attempt that begins. */
export const beginning = (publication: Publication, at: Date, { delivery: { claimed, adapter } }: Sending) => ({
  ...refOf(claimed),
  ...publication,
  part: claimed.parts?.length ?? 0,
  retryClass: classOf(adapter, publication),
  at,
});

type Ready = { prepared?: Attempt } | { refusal: Refusal };

/** Nothing in here is visible on the platform, so all of it may be done again. */
export async function makeReady(
  publication: Publication,
  earlier: Attempt | undefined,
  sending: Sending,
): Promise<Ready> {
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

export const stillProcessing = (retryAt: Date): Refusal => ({
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

function failedToPrepare(error: Error) {
  log.error('adapter.failed', { error });
  const refusal: Refusal = { kind: 'retry_later', platformCode: null, message: 'The adapter failed.' };
  return { kind: 'refused', refusal } as const;
}
