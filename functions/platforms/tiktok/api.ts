import * as z from 'zod';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { PlatformRefused, type Refusal } from '../adapter.ts';
import { type AppTools, ask, isSuccess, malformed, provedKind, read, retryAt } from '../answer.ts';
import { TokenAnswer } from '../token-session.ts';
import { exactJson } from './json.ts';

const TiktokError = z.object({ error: z.object({ code: z.string(), message: z.string().default('') }) });

const Data = z.object({ data: z.unknown() });

/** Of the token endpoints, whatever the status. */
const TokenError = z.object({ error: z.string().min(1), error_description: z.string().default('') });

/** Of posts, not of calls. */
const postingCaps = ['spam_risk_too_many_posts', 'spam_risk_too_many_pending_share', 'reached_active_user_cap'];

const kinds: ReadonlyMap<string, Refusal['kind']> = new Map([
  ['access_token_invalid', 'reconnect'],
  ['scope_not_authorized', 'reconnect'],
  ['scope_permission_missed', 'reconnect'],
  ['rate_limit_exceeded', 'rate_limited'],
  ...postingCaps.map((code) => [code, 'rate_limited'] as const),
  ['spam_risk_user_banned_from_posting', 'account_restricted'],
  ['spam_risk', 'account_restricted'],
  ['unaudited_client_can_only_post_to_private_accounts', 'account_restricted'],
  ['privacy_level_option_mismatch', 'content_rejected'],
  ['url_ownership_unverified', 'content_rejected'],
  ['invalid_publish_id', 'target_gone'],
  ['token_not_authorized_for_specified_publish_id', 'target_gone'],
  ['internal_error', 'retry_later'],
]);

export function tiktokUrl({ apps }: Pick<AppTools, 'apps'>, path: string, query?: Record<string, string>): string {
  const { api, version } = apps.api('tiktok');
  return [`${api}/${version}/${path}/`, ...(query ? [new URLSearchParams(query).toString()] : [])].join('?');
}

/** Some refusals come with status 200: only the code `ok` is success. */
const codeOf = (answer: HttpAnswer) => read(TiktokError, answer)?.error.code;

export const isTokenRefused = (answer: HttpAnswer) =>
  codeOf(answer) === 'access_token_invalid' || (answer.status === 401 && codeOf(answer) === undefined);

export function demanded<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, now: Date): z.output<Schema> {
  if (!isSuccess(answer) || (codeOf(answer) ?? 'ok') !== 'ok') throw new PlatformRefused(refusalOf(answer, now));
  const { data } = read(Data, { ...answer, body: exactJson(answer.body) }) ?? {};
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new PlatformRefused(malformed('TikTok'));
  return parsed.data;
}

export function refusalOf(answer: HttpAnswer, now: Date): Refusal {
  const { code = String(answer.status), message = '' } = read(TiktokError, answer)?.error ?? {};
  return {
    kind: kinds.get(code) ?? provedKind(kindOf(answer.status, code), answer),
    platformCode: code.slice(0, 100),
    message: (message || `TikTok answered ${code}.`).slice(0, 500),
    retryAt: retryAt(answer, now),
  };
}

/** Too many calls, which says nothing of what the account may post. */
export const isThrottled = ({ kind, platformCode }: Refusal) =>
  kind === 'rate_limited' && !postingCaps.includes(platformCode ?? '');

function kindOf(status: number, code: string): Refusal['kind'] {
  if (code.startsWith('spam_risk')) return 'account_restricted';
  if (status === 429) return 'rate_limited';
  if (status === 401) return 'reconnect';
  if (status === 403) return 'account_restricted';
  if (status < 300 || status === 400 || status === 413) return 'content_rejected';
  return status < 500 && status !== 408 ? 'target_gone' : 'retry_later';
}

/** Calls with our app's own credentials: tokens are given, renewed and ended with them. */
export const tokenCall = (tools: AppTools, path: string, fields: Record<string, string>): HttpCall => ({
  method: 'POST',
  url: tiktokUrl(tools, `oauth/${path}`),
  body: new URLSearchParams(fields),
});

export function tokenRefusal(answer: HttpAnswer, now: Date): Refusal | undefined {
  const known = read(TokenError, answer);
  if (!known && isSuccess(answer)) return undefined;
  if (!known) return refusalOf(answer, now);
  const { error, error_description } = known;
  const isOurs = ['invalid_client', 'unauthorized_client', 'server_error', 'temporarily_unavailable'].includes(error);
  const passes = isOurs || answer.status >= 500;
  return {
    kind: answer.status === 429 ? 'rate_limited' : passes ? 'retry_later' : 'reconnect',
    platformCode: error.slice(0, 100),
    message: (error_description || `TikTok answered ${error}.`).slice(0, 500),
    retryAt: retryAt(answer, now),
  };
}

export async function askForTokens(tools: AppTools, fields: Record<string, string>) {
  const answer = await ask(tools.http, tokenCall(tools, 'token', fields));
  const refusal = tokenRefusal(answer, tools.now());
  if (refusal) throw new PlatformRefused(refusal);
  const tokens = read(TokenAnswer, answer);
  if (tokens === undefined) throw new PlatformRefused(malformed('TikTok'));
  return tokens;
}
