import { catalogue, type Refusal } from '../platforms/public.ts';
import type { LaneTable, StoredPublication } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import { retryAt } from './retry.ts';
import type { Lateness } from './schemas.ts';

export type PaceTools = { lanes: Pick<LaneTable, 'findPublished'>; now: Now };
/** What is written down of it a little later must come to the same. */
const decidingSeconds = 60;

type Paced = { claimed: StoredPublication; lateness: Lateness };

/**
 * Keeps an account within the limit that its platform publishes but does not tell what is left of: the post waits until the
 * oldest one leaves the window. Our count only spaces posts, it never ends one: where that would be too late, and where the
 * account posts elsewhere too, the platform itself decides. A thread that has begun is not torn.
 */
export async function keepPace({ claimed, lateness }: Paced, { lanes, now }: PaceTools): Promise<Refusal | undefined> {
  const { posts } = catalogue[claimed.platform].limits;
  if (posts?.countedBy !== 'us' || claimed.parts) return undefined;
  const at = now();
  const oldest = await lanes.findPublished(claimed, {
    after: addSeconds(at, -posts.windowSeconds),
    place: posts.max,
  });
  if (!oldest) return undefined;
  const refusal: Refusal = {
    kind: 'rate_limited',
    retryAt: addSeconds(oldest, posts.windowSeconds),
    isWaiting: true,
    platformCode: null,
    message: `${posts.max} posts went out within ${posts.windowSeconds} seconds.`,
  };
  return retryAt(refusal, { ...claimed, lateness }, addSeconds(at, decidingSeconds)) && refusal;
}
