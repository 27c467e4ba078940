import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import { PlatformRefused, type Refusal } from '../adapter.ts';
import { isSuccess, malformed, provedKind, read, retryAt } from '../answer.ts';

/** `error_description` where a call is refused for its proof (RFC 6750 §3). */
const XrpcError = z.object({
  error: z.string(),
  message: z.string().optional(),
  error_description: z.string().optional(),
});

export const errorName = (answer: HttpAnswer) => read(XrpcError, answer)?.error;

/** The address of a method (`nsid`) on a server. */
export function xrpc(server: string, nsid: string, query: Record<string, string> | [string, string][] = {}): string {
  const url = new URL(`/xrpc/${nsid}`, server);
  url.search = new URLSearchParams(query).toString();
  return url.href;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Names that say more than their status. */
const kinds: Readonly<Record<string, Refusal['kind']>> = {
  ExpiredToken: 'reconnect',
  InvalidToken: 'reconnect',
  AuthMissing: 'reconnect',
  AuthenticationRequired: 'reconnect',
  AuthFactorTokenRequired: 'reconnect',
  AccountTakedown: 'account_restricted',
  AccountSuspended: 'account_restricted',
  AccountDeactivated: 'account_restricted',
  RepoTakendown: 'account_restricted',
  RepoSuspended: 'account_restricted',
  RepoDeactivated: 'account_restricted',
  RepoNotFound: 'target_gone',
  RateLimitExceeded: 'rate_limited',
  use_dpop_nonce: 'retry_later',
  invalid_dpop_proof: 'retry_later',
  UpstreamFailure: 'retry_later',
  UpstreamTimeout: 'retry_later',
  NotEnoughResources: 'retry_later',
};

export function refusalOf(answer: HttpAnswer, now: Date): Refusal {
  const error = read(XrpcError, answer);
  return {
    kind:
      (error && Object.hasOwn(kinds, error.error) && kinds[error.error]) ||
      provedKind(kindOfStatus(answer.status), answer),
    platformCode: error?.error ?? String(answer.status),
    message: (error?.message ?? error?.error_description ?? error?.error ?? `Bluesky answered ${answer.status}.`).slice(
      0,
      500,
    ),
    retryAt: retryAt(answer, now),
  };
}

export function kindOfStatus(status: number): Refusal['kind'] {
  if (status === 401) return 'reconnect';
  if (status === 403) return 'account_restricted';
  if (status === 429) return 'rate_limited';
  if (status === 400 || status === 413 || status === 422) return 'content_rejected';
  // The rest below 500 says that there is no such operation at this address (any more).
  return status < 500 && status !== 408 ? 'target_gone' : 'retry_later';
}

/** The server wants its newest nonce in the proof (RFC 9449 §9); nothing was done. */
export const isNonceWanted = (answer: HttpAnswer) =>
  answer.status === 401 &&
  (errorName(answer) === 'use_dpop_nonce' || /error="use_dpop_nonce"/.test(answer.headers['www-authenticate'] ?? ''));

const isProofRefused = (answer: HttpAnswer) => isNonceWanted(answer) || errorName(answer) === 'invalid_dpop_proof';

/** The token was refused, not the call: another token may do. */
export const isTokenRefused = (answer: HttpAnswer) =>
  !isSuccess(answer) &&
  !isProofRefused(answer) &&
  (answer.status === 401 || errorName(answer) === 'ExpiredToken' || errorName(answer) === 'InvalidToken');

/** The parsed answer of a read, or `PlatformRefused`. */
export function readOrRefuse<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, now: Date) {
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, now));
  const parsed = read(schema, answer);
  if (parsed === undefined) throw new PlatformRefused(malformed('Bluesky'));
  return parsed;
}

export const inactive = (status: string | undefined): Refusal => ({
  kind: 'account_restricted',
  platformCode: status ?? null,
  message: 'The account is not active on Bluesky.',
});
