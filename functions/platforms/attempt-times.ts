import type { Attempted, Reconciled } from './adapter.ts';

/** A platform's clock and ours may differ. */
const clockSkewMs = 60_000;
/** Much less is allowed for where the same text may have gone out with other files a moment before. */
const filesSkewMs = 5_000;

/**
 * For lists that do not tell files apart: from `surelySince` on a post that looks like ours is ours, from `since` on it may
 * be, and what is older was there before.
 */
export function attemptTimes({ attemptedAt, media = [] }: Attempted) {
  const before = (ms: number) => new Date(attemptedAt.getTime() - ms);
  const since = before(clockSkewMs);
  return { since, surelySince: media.length > 0 ? before(filesSkewMs) : since };
}

export const maybeOurs: Reconciled = {
  kind: 'unknown',
  message: 'A post like it was made just before, and the list does not tell whether it has the same files.',
};
