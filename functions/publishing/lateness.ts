import type { PublicationError } from '../posts/contract.ts';
import type { StoredPublication } from '../posts/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import type { Lateness } from './schemas.ts';

/** A post that comes hours late is a surprise, not a service; so without a team's own rule somebody is asked. */
export const usualLateness: Lateness = { policy: 'ask', afterMinutes: 60 };

/** Even who wants late posts does not mean last month's. */
const longestLatenessSeconds = 7 * 24 * 3600;

/** The last moment at which a publication may still be begun. */
export const latestStart = (dueAt: string, { policy, afterMinutes }: Lateness) =>
  addSeconds(new Date(dueAt), policy === 'publish' ? longestLatenessSeconds : afterMinutes * 60);

export const isTooLate = (publication: Due, lateness: Lateness, now: Date) =>
  now > latestStart(wantedAt(publication), lateness);

type Due = Pick<StoredPublication, 'dueAt' | 'parts'>;

/** Since when it could go out: its own time, and for what follows in a thread, when the part before it was out. */
export function wantedAt({ dueAt, parts = [] }: Due): string {
  const before = parts.at(-1)?.publishedAt ?? dueAt;
  return before > dueAt ? before : dueAt;
}

/**
 * From the due time to the platform call. What turns out to have got through before somebody asked for another try is as late
 * as the post's own time says.
 */
export function latenessOf(
  { publishAt, dueAt }: Pick<StoredPublication, 'publishAt' | 'dueAt'>,
  calledAt: Date,
): number {
  const since = Date.parse(calledAt.toISOString() < dueAt ? publishAt : dueAt);
  return Math.max(0, calledAt.getTime() - since);
}

/** Why a publication was missed, in words for users. */
export function missedError({ parts }: Due, { policy, afterMinutes }: Lateness): PublicationError {
  const [what, time] = parts ? ['The rest of the thread', 'the part before it'] : ['The post', 'its time'];
  const message =
    policy === 'publish'
      ? `${what} could not go out for a week, and was not sent.`
      : `${what} could not go out within ${afterMinutes} minutes of ${time}, and was not sent later.`;
  return { code: 'too_late', message, action: policy === 'ask' || parts ? 'decide' : 'none', platformCode: null };
}
