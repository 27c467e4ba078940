import { type ClaimResult, type PublicationTable, publicationOfKeys, type StoredPublication } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import type { Row } from '../runtime/table.ts';

/** Longer than a function may run, so that nobody else holds the publication while this one still might. */
export const leaseSeconds = 70;
/** SQS delays in whole seconds, rounded down: a message may come this much early and then waits. */
export const earlySeconds = 1.5;
/** More than this that wait for their retries without holding up the others, and the rest waits for some of them. */
export const laneDepth = 100;
/** A publication that is being tried again keeps those behind it waiting no longer than this. */
const longestHoldSeconds = 120;

type Lane = { teamId: string; connectionId: string };
type LaneTools = { publications: Pick<PublicationTable, 'listLane' | 'claim'>; now: Now };

/** What is due on a lane, in the order in which it is to go out. The index is a moment old: some may be done by now. */
export function listHeads(lane: Lane, { publications, now }: LaneTools): Promise<Row[]> {
  return publications.listLane(lane, { until: addSeconds(now(), earlySeconds), limit: laneDepth });
}

/**
 * Remembers what this run has ended: the index shows it for a moment longer, and a claim of it would be a write for
 * nothing. Who asks for another try by hand sends a hint, and another run comes.
 */
export function rememberEnds<Publications extends Pick<PublicationTable, 'settle'>>(publications: Publications) {
  const ended = new Set<string>();
  const settle: PublicationTable['settle'] = async (claimed, outcome) => {
    const isEnded = await publications.settle(claimed, outcome);
    if (isEnded) ended.add(claimed.postId);
    return isEnded;
  };
  return {
    publications: { ...publications, settle },
    isOpen: ({ pk, sk }: Row) => !ended.has(publicationOfKeys({ pk: String(pk), sk: String(sk) }).postId),
  };
}

/** Claims the first that can be worked on; undefined when there is none, or the one at the head keeps the lane. */
export async function claimHead(heads: readonly Row[], tools: LaneTools): Promise<StoredPublication | undefined> {
  for (const { pk, sk } of heads) {
    const result = await claim({ pk: String(pk), sk: String(sk) }, tools);
    if ('claimed' in result) return result.claimed;
    if (result.found && holdsLane(result.found, tools.now())) return undefined;
  }
  return undefined;
}

function claim(keys: { pk: string; sk: string }, { publications, now }: LaneTools): Promise<ClaimResult> {
  const at = now();
  const until = addSeconds(at, earlySeconds);
  return publications.claim(publicationOfKeys(keys), { now: at, until, leaseSeconds });
}

type Held = Pick<StoredPublication, 'state' | 'leaseUntil' | 'dueAt' | 'nextAttemptAt' | 'error'>;

/**
 * Whether those behind must wait: while somebody works on it, while the platform takes nothing from the account, and for
 * a while when it is being tried again, so that posts keep their order.
 */
export function holdsLane({ state, leaseUntil, dueAt, nextAttemptAt, error }: Held, now: Date): boolean {
  const at = now.toISOString();
  if (state === 'publishing') return leaseUntil > at;
  if (nextAttemptAt <= at) return false;
  return error?.code === 'rate_limited' || now < addSeconds(new Date(dueAt), longestHoldSeconds);
}
