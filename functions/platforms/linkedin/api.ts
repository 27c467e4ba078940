import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { PlatformRefused, type Refusal } from '../adapter.ts';
import { type AppTools, isSuccess, malformed, provedKind, read, retryAt } from '../answer.ts';

const LinkedinError = z.object({
  message: z.string().default(''),
  code: z.string().optional(),
  serviceErrorCode: z.number().optional(),
  errorDetails: z.object({ inputErrors: z.array(z.object({ code: z.string().optional() })) }).optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
});
type LinkedinError = z.infer<typeof LinkedinError>;

/** `serviceErrorCode` of a call that needs a permission which the token has not. */
const permissionMissing = 100;

/** A call of the versioned API, without its token. Values of the query are taken as they are, for lists need their brackets. */
export function restCall(
  { apps }: Pick<AppTools, 'apps'>,
  path: string,
  query: Record<string, string> = {},
): HttpCall & { headers: Record<string, string> } {
  const { api, version } = apps.api('linkedin');
  const search = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return {
    method: 'GET',
    url: [`${api}/rest/${path}`, ...(search.length > 0 ? [search.join('&')] : [])].join('?'),
    headers: { 'linkedin-version': version, 'x-restli-protocol-version': '2.0.0' },
  };
}

/** The answer's JSON, or `PlatformRefused`. */
export function demanded<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, now: Date): z.output<Schema> {
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, now));
  const parsed = read(schema, answer);
  if (parsed === undefined) throw new PlatformRefused(malformed('LinkedIn'));
  return parsed;
}

/** Whether the words of a refusal arrived whole. */
export const isReadable = (answer: HttpAnswer): boolean => read(LinkedinError, answer) !== undefined;

export function refusalOf(answer: HttpAnswer, now: Date): Refusal {
  const error = read(LinkedinError, answer);
  const inputCode = error?.errorDetails?.inputErrors.find(({ code }) => code !== undefined)?.code;
  const words = error?.error_description || error?.message || `LinkedIn answered ${answer.status}.`;
  return {
    kind: provedKind(kindOf(answer.status, error), answer),
    platformCode: inputCode ?? error?.code ?? error?.error ?? String(error?.serviceErrorCode ?? answer.status),
    message: words.slice(0, 500),
    retryAt: retryAt(answer, now) ?? (answer.status === 429 ? dayEnds(words, now) : undefined),
  };
}

function kindOf(status: number, error: LinkedinError | undefined): Refusal['kind'] {
  if (status === 401) return 'reconnect';
  if (status === 403) return isPermissionMissing(error) ? 'reconnect' : 'account_restricted';
  if (status === 429) return 'rate_limited';
  if (passing.has(error?.code ?? '')) return 'retry_later';
  if ([400, 409, 413, 422].includes(status)) return 'content_rejected';
  // 426: the version of the API has retired. Posts wait for the next one.
  return status < 500 && status !== 408 && status !== 426 ? 'target_gone' : 'retry_later';
}

/** A file that is not ready yet, or an address for its bytes that has ended. */
const passing: ReadonlySet<string> = new Set(['MEDIA_ASSET_WAITING_UPLOAD', 'EXPIRED_UPLOAD_URL']);

const isPermissionMissing = (error: LinkedinError | undefined) =>
  error?.serviceErrorCode === permissionMissing || /not enough permissions/i.test(error?.message ?? '');

/** Limits by the day begin anew at midnight UTC; the words say which limit it was. */
function dayEnds(words: string, now: Date): Date | undefined {
  if (!/\bDAY\b/i.test(words)) return undefined;
  return addSeconds(new Date(now.toISOString().slice(0, 10)), 24 * 3600);
}

export const isMember = (urn: string) => urn.startsWith('urn:li:person:');
export const isPost = (urn: string) => /^urn:li:(share|ugcPost):\d+$/.test(urn);
