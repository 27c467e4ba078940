import * as z from 'zod';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { PlatformRefused, type Refusal } from '../adapter.ts';
import { type AppTools, ask, isSuccess, malformed, provedKind, read, retryAt } from '../answer.ts';
import { exchanging } from '../oauth.ts';
import type { AppCredentials } from '../platform-apps.ts';
import { TokenAnswer } from '../token-session.ts';

/** https://developers.pinterest.com/docs/api/v5/introduction (Error) */
const PinterestError = z.object({ code: z.number(), message: z.string().default('') });

export function pinterestUrl(tools: Pick<AppTools, 'apps'>, path: string, query?: Record<string, string>): string {
  const { api, version } = tools.apps.api('pinterest');
  return [`${api}/${version}/${path}`, ...(query ? [new URLSearchParams(query).toString()] : [])].join('?');
}

export function demanded<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, now: Date): z.output<Schema> {
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, now));
  const parsed = read(schema, answer);
  if (parsed === undefined) throw new PlatformRefused(malformed('Pinterest'));
  return parsed;
}

export function refusalOf(answer: HttpAnswer, now: Date): Refusal {
  const error = read(PinterestError, answer);
  return {
    kind: provedKind(kindOf(answer.status, error?.code), answer),
    platformCode: String(error?.code ?? answer.status),
    message: (error?.message || `Pinterest answered ${answer.status}.`).slice(0, 500),
    retryAt: retryAt(answer, now),
  };
}

/** Codes that tell more than the status they come with. */
const tooMany = 8;
const notPermitted: readonly number[] = [7, 29];
const aboutPicture: readonly number[] = [233, 234, 235];

function kindOf(status: number, code: number | undefined): Refusal['kind'] {
  if (status === 429 || code === tooMany) return 'rate_limited';
  if (status >= 500 || status === 408) return 'retry_later';
  if (code !== undefined && notPermitted.includes(code)) return 'account_restricted';
  if (status === 401) return 'reconnect';
  if (code !== undefined && aboutPicture.includes(code)) return 'content_rejected';
  if (status === 403) return 'account_restricted';
  return status === 404 ? 'target_gone' : 'content_rejected';
}

/** The token has ended; a 401 with another code is about what the account may do. */
export const isTokenRefused = (answer: HttpAnswer) =>
  answer.status === 401 && !notPermitted.includes(read(PinterestError, answer)?.code ?? 0);

/** Calls in the name of our app. */
export function appCall({ clientId, clientSecret }: AppCredentials, url: string, fields: Record<string, string>) {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  return { method: 'POST', url, headers: { authorization }, body: new URLSearchParams(fields) } satisfies HttpCall;
}

/** What the token endpoint says; a code or token that it does not take is a matter of connecting again. */
export function tokenAnswer(tools: AppTools, app: AppCredentials, fields: Record<string, string>) {
  return exchanging(async () => {
    const answer = await ask(tools.http, appCall(app, pinterestUrl(tools, 'oauth/token'), fields));
    return demanded(TokenAnswer, answer, tools.now());
  });
}
