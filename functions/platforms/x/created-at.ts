/** When X began to count ids, in milliseconds. */
const epochMs = 1_288_834_974_657n;
const freshMs = 2 * 60_000;

/** Whether a post was made a moment ago: its id tells when (https://docs.x.com/fundamentals/x-ids). */
export function isFresh(postId: string, now: Date): boolean {
  if (!/^\d{1,19}$/.test(postId)) return false;
  const createdAt = Number((BigInt(postId) >> 22n) + epochMs);
  return now.getTime() - createdAt < freshMs;
}
