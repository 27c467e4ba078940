import { addSeconds } from '../runtime/clock.ts';

const day = 24 * 3600;
/** Most of what a post earns comes early: read soon, then after every further quarter of its age, for thirty days. */
const firstReadSeconds = 5;
const shortestPauseSeconds = 15;
const ageShare = 0.25;
const longestAgeSeconds = 30 * day;

export const firstReadAt = (publishedAt: Date) => addSeconds(publishedAt, firstReadSeconds);

/** When to read the figures of a post again, or undefined when it is too old to change. */
export function nextReadAt(publishedAt: Date, now: Date): Date | undefined {
  const ageSeconds = (now.getTime() - publishedAt.getTime()) / 1000;
  if (ageSeconds >= longestAgeSeconds) return undefined;
  return addSeconds(now, Math.max(shortestPauseSeconds, ageSeconds * ageShare));
}
