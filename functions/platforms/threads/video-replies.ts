import type { Publication } from '../adapter.ts';
import { isVideo } from '../media-limits.ts';

/**
 * Published too soon, a reply with a video has been a post of its own (https://github.com/gitroomhq/postiz-app/issues/1441).
 * Threads advises to wait 30 seconds on average after a container was made.
 */
const settleSeconds = 40;

/** What is kept of the container that becomes a post; of a reply with a video, when it was made too. */
export const keptContainer = ({ replyTo, media = [] }: Publication, container: string, at: Date): string =>
  replyTo && media.some(isVideo) ? `${container}@${at.getTime()}` : container;

export const containerIn = (prepared = ''): string => prepared.split('@')[0] ?? '';

/** How long it still has to wait once Threads is done with it. */
export function secondsToSettle(prepared: string, now: Date): number {
  const madeAt = prepared.split('@')[1];
  return madeAt === undefined ? 0 : Math.ceil((Number(madeAt) - now.getTime()) / 1000) + settleSeconds;
}
