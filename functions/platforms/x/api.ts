import * as z from 'zod';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { PlatformRefused, type Refusal } from '../adapter.ts';
import { type AppTools, ask, isSuccess, malformed, provedKind, read, retryAt } from '../answer.ts';
import { exchanging } from '../oauth.ts';
import type { AppCredentials } from '../platform-apps.ts';
import { TokenAnswer } from '../token-session.ts';

/** Problem details, a list of errors, or what token endpoints have. */
const XError = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ code: z.number().optional(), message: z.string().optional(), type: z.string().optional() }))
    .optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
});
type XError = z.infer<typeof XError>;

export function xUrl({ apps }: Pick<AppTools, 'apps'>, path: string, query?: Record<string, string>): string {
  const { api, version } = apps.api('x');
  return [`${api}/${version}/${path}`, ...(query ? [new URLSearchParams(query).toString()] : [])].join('?');
}

export function demanded<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, now: Date): z.output<Schema> {
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, now));
  const parsed = read(schema, answer);
  if (parsed === undefined) throw new PlatformRefused(malformed('X'));
  return parsed;
}

export function refusalOf(answer: HttpAnswer, now: Date): Refusal {
  const error = read(XError, answer);
  const words = wordsOf(error) || `X answered ${answer.status}.`;
  return {
    kind: provedKind(kindOf(answer.status, words, typeOf(error)), answer),
    platformCode: (typeOf(error) || error?.error || String(error?.errors?.[0]?.code ?? answer.status)).slice(0, 100),
    message: words.slice(0, 500),
    retryAt: retryAt(answer, now),
  };
}

const wordsOf = (error: XError | undefined) =>
  error?.detail || error?.errors?.[0]?.message || error?.error_description || error?.title || '';

/** The end of the address that names the kind of problem; `about:blank` names none. */
function typeOf(error: XError | undefined): string {
  const type = error?.type ?? error?.errors?.[0]?.type ?? '';
  return type.startsWith('http') ? (type.split('/').at(-1) ?? '') : '';
}

function kindOf(status: number, words: string, type: string): Refusal['kind'] {
  // Credits that are used up are bought by whoever runs the app.
  if (status === 429 || status === 402 || type === 'usage-capped' || /\bcredits?\b/i.test(words)) return 'rate_limited';
  if (status === 401 || type === 'unsupported-authentication') return 'reconnect';
  if (status === 403) return kindOfForbidden(words);
  if (status === 400 || status === 413 || status === 422) return 'content_rejected';
  return status < 500 && status !== 408 ? 'target_gone' : 'retry_later';
}

function kindOfForbidden(words: string): Refusal['kind'] {
  // What a reply answers (code 385 of earlier versions, in the same words).
  if (/reply to a (tweet|post) that is deleted/i.test(words)) return 'target_gone';
  return isAboutContent(words) ? 'content_rejected' : 'account_restricted';
}

const isAboutContent = (words: string) =>
  isDuplicate(words) || /too long|longer than|shorter|reply|conversation/i.test(words);

/** X refuses a text that the account has posted shortly before, without saying where. */
export const isDuplicate = (words: string) => /duplicate/i.test(words);

/** Calls in the name of our app. */
export function appCall({ clientId, clientSecret }: AppCredentials, url: string, fields: Record<string, string>) {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  return { method: 'POST', url, headers: { authorization }, body: new URLSearchParams(fields) } satisfies HttpCall;
}

/** What the token endpoint says; a code or token that it does not take is a matter of connecting again. */
export function tokenAnswer(tools: AppTools, app: AppCredentials, fields: Record<string, string>) {
  return exchanging(async () => {
    const answer = await ask(tools.http, appCall(app, xUrl(tools, 'oauth2/token'), fields));
    return demanded(TokenAnswer, answer, tools.now());
  });
}
