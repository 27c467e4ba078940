import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { HttpAnswer } from '../../runtime/http.ts';
import { PlatformRefused, type Refusal } from '../adapter.ts';
import { isSuccess, malformed, provedKind, read, retryAt } from '../answer.ts';
import { nextQuotaDay } from './quota-day.ts';

const GoogleError = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).default([]),
  }),
});

/** Of the token endpoint (RFC 6749 §5.2). */
const TokenError = z.object({ error: z.string(), error_description: z.string().default('') });

const daySeconds = 24 * 3600;

const kinds: ReadonlyMap<string, Refusal['kind']> = new Map([
  ['quotaExceeded', 'rate_limited'],
  ['dailyLimitExceeded', 'rate_limited'],
  ['uploadLimitExceeded', 'rate_limited'],
  ['rateLimitExceeded', 'rate_limited'],
  ['userRateLimitExceeded', 'rate_limited'],
  ['RESOURCE_EXHAUSTED', 'rate_limited'],
  ['authError', 'reconnect'],
  ['insufficientPermissions', 'reconnect'],
  ['ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'reconnect'],
  ['youtubeSignupRequired', 'account_restricted'],
  // Whoever runs ClientNest has not turned the API on.
  ['accessNotConfigured', 'retry_later'],
  ['backendError', 'retry_later'],
]);

export function demanded<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, now: Date): z.output<Schema> {
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, now));
  const parsed = read(schema, answer);
  if (parsed === undefined) throw new PlatformRefused(malformed('YouTube'));
  return parsed;
}

/** The reason in the list of errors says more than the status: 403 is a matter of quotas, of rights, or of the channel. */
export function refusalOf(answer: HttpAnswer, now: Date): Refusal {
  const error = read(GoogleError, answer)?.error;
  const reason = error?.errors[0]?.reason ?? error?.status ?? String(answer.status);
  const message = error?.message || `YouTube answered ${answer.status}.`;
  return {
    kind: kinds.get(reason) ?? provedKind(kindOf(answer.status), answer),
    platformCode: reason.slice(0, 100),
    message: message.slice(0, 500),
    retryAt: quotaEnd(reason, message, now) ?? retryAt(answer, now),
  };
}

function kindOf(status: number): Refusal['kind'] {
  if (status === 429) return 'rate_limited';
  if (status === 401) return 'reconnect';
  if (status === 403) return 'account_restricted';
  if (status === 400 || status === 413 || status === 415) return 'content_rejected';
  return status < 500 && status !== 408 ? 'target_gone' : 'retry_later';
}

/** No header tells when a quota is full again. Those of single methods are told apart by their words only. */
function quotaEnd(reason: string, message: string, now: Date): Date | undefined {
  const isDaily = reason === 'quotaExceeded' || reason === 'dailyLimitExceeded' || /\bper day\b/i.test(message);
  if (kinds.get(reason) === 'rate_limited' && isDaily) return nextQuotaDay(now);
  return reason === 'uploadLimitExceeded' ? addSeconds(now, daySeconds) : undefined;
}

/** What the token endpoint refuses: only a grant that has ended is a matter of connecting again. */
export function tokenRefusal(answer: HttpAnswer, now: Date): Refusal {
  const { error = String(answer.status), error_description = '' } = read(TokenError, answer) ?? {};
  const isLimited = answer.status === 429 || error === 'rate_limit_exceeded';
  return {
    kind: error === 'invalid_grant' ? 'reconnect' : isLimited ? 'rate_limited' : 'retry_later',
    platformCode: error.slice(0, 100),
    message: (error_description || `Google answered ${answer.status}.`).slice(0, 500),
    retryAt: retryAt(answer, now),
  };
}
