import type { Refusal, RefusalKind } from '../platforms/public.ts';
import type { PublicationError } from '../posts/contract.ts';
import type { StoredPublication } from '../posts/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import { latestStart, wantedAt } from './lateness.ts';
import type { Lateness } from './schemas.ts';

type Retry = { pauseSeconds: number; untilSeconds: number };
type Tried = Pick<StoredPublication, 'attempts' | 'attemptsBefore' | 'dueAt' | 'parts'> & { lateness: Lateness };
type Rule = {
  action: PublicationError['action'];
  message: string;
  /** Present where trying again can help: the first pause, doubled each time, and how long after the due time it ends. */
  retry?: Retry;
};

const hour = 3600;
const longestPauseSeconds = 900;
const longestUntilSeconds = 6 * hour;

/** What each kind of refusal means for the publication and in words for its users. */
const rules: Record<RefusalKind, Rule> = {
  retry_later: {
    action: 'wait',
    message: 'The platform could not take the post just then.',
    retry: { pauseSeconds: 5, untilSeconds: hour },
  },
  rate_limited: {
    action: 'wait',
    message: 'The platform takes no more posts from this account for a while.',
    retry: { pauseSeconds: 60, untilSeconds: longestUntilSeconds },
  },
  reconnect: { action: 'reconnect', message: 'The access to the account is lost. Connect it again.' },
  content_rejected: { action: 'edit', message: 'The platform does not take this post as it is.' },
  account_restricted: { action: 'check', message: 'The platform does not let this account post.' },
  target_gone: { action: 'check', message: 'What the post refers to is no longer there.' },
};

/** A refusal in words for users, with the platform's own code beside. */
export const publicationError = ({ kind, platformCode, message }: Refusal): PublicationError => ({
  code: kind,
  message: kind === 'content_rejected' ? `${rules[kind].message} It says: ${message}` : rules[kind].message,
  action: rules[kind].action,
  platformCode,
});

/**
 * The same where we do not try again: what waiting would have mended, somebody may try again by hand. A thread that is out in
 * part can't be edited any more: it is tried again, or ends there.
 */
export function finalError(error: PublicationError, { parts }: Pick<StoredPublication, 'parts'>): PublicationError {
  if (error.action === 'wait') return { ...error, action: 'retry' };
  return parts && error.action === 'edit' ? { ...error, action: 'decide' } : error;
}

/** When to try again after a refusal, or undefined when that can't help or the post would come too late. */
export function retryAt(
  { kind, retryAt: platformSays, isWaiting }: Pick<Refusal, 'kind' | 'retryAt' | 'isWaiting'>,
  tried: Tried,
  now: Date,
): Date | undefined {
  if (isWaiting && platformSays) return goOnAt(platformSays, tried, now);
  const { retry } = rules[kind];
  const ours = retry && nextTry(retry, tried, now);
  if (!retry || !ours || !platformSays || platformSays <= ours) return ours;
  return platformSays <= lastTry(retry, tried) ? platformSays : undefined;
}

/** What goes on is not slowed down, however often it was looked at; but an upload that never ends does end. */
function goOnAt(at: Date, tried: Tried, now: Date): Date | undefined {
  const soon = addSeconds(now, 1);
  const next = at > soon ? at : soon;
  return next <= lastTry({ pauseSeconds: 1, untilSeconds: longestUntilSeconds }, tried) ? next : undefined;
}

/** Outcome unknown and nothing could prove it yet: when to look again, or undefined when a person must decide. */
export function lookAgainAt(tried: Tried, pauseSeconds: number, now: Date): Date | undefined {
  return nextTry({ pauseSeconds, untilSeconds: hour }, tried, now);
}

function nextTry(retry: Retry, tried: Tried, now: Date): Date | undefined {
  const doublings = Math.max(0, tried.attempts - (tried.attemptsBefore ?? 0) - 1);
  const pause = Math.min(longestPauseSeconds, retry.pauseSeconds * 2 ** doublings);
  const at = addSeconds(now, pause);
  return at <= lastTry(retry, tried) ? at : undefined;
}

/** A try that would be too late by the team's rule is not worth waiting for. */
function lastTry({ untilSeconds }: Retry, { lateness, ...tried }: Tried): Date {
  const since = wantedAt(tried);
  const ours = addSeconds(new Date(since), untilSeconds);
  return new Date(Math.min(ours.getTime(), latestStart(since, lateness).getTime()));
}
