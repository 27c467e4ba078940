import * as z from 'zod';
import type { HttpAnswer, HttpCall } from '../runtime/http.ts';
import { PlatformRefused, type Refusal } from './adapter.ts';
import { type AdapterTools, ask, isSuccess, malformed, provedKind, read, retryAt } from './answer.ts';

/** The error envelope of Meta's Graph APIs: Threads, Instagram and Facebook have it in common. */
const GraphError = z.object({
  error: z.object({
    message: z.string().default(''),
    code: z.number(),
    error_subcode: z.number().optional(),
    error_user_msg: z.string().optional(),
  }),
});
/** Code exchanges of Threads and Instagram are refused in an older form. */
const OAuthError = z.object({ error_type: z.string(), code: z.number(), error_message: z.string().default('') });

const codes: Readonly<Record<Exclude<Refusal['kind'], 'retry_later'>, readonly number[]>> = {
  rate_limited: [4, 9, 17, 32, 341, 613, 80001, 80002, 80005, 80006, 80007],
  reconnect: [10, 102, 190],
  content_rejected: [100, 324, 351, 352, 382, 389, 506, 6000, 1609005, 2207051],
  account_restricted: [25, 368, 4279013],
  target_gone: [803],
};
/** What a subcode tells more exactly than its code. */
const subcodes: Partial<Record<Refusal['kind'], readonly number[]>> = {
  retry_later: [
    1363047, 1609010, 2207001, 2207003, 2207006, 2207008, 2207020, 2207027, 2207032, 2207052, 2207053, 2207077, 2207082,
    4279004,
  ],
  rate_limited: [1390008, 2207042],
  content_rejected: [1346003, 1349125, 1366046, 1366051, 1404102, 1609008, 2061006, 2069019, 2207057],
  account_restricted: [1404006, 1404078, 1404112, 2207050, 2207051, 4854002],
};
/** Of code 100: what the call names is not there (any more), or may not be seen. */
const goneSubcode = 33;

/** Of code 190: the user has removed our app. */
const tokenInvalid = 190;
const appRemoved = 458;

export function graphRefusal(answer: HttpAnswer, now: Date): Refusal {
  const error = read(GraphError, answer)?.error ?? oauthError(answer);
  const subcode = error?.error_subcode;
  return {
    kind: error ? kindOf(error.code, subcode, answer.status) : provedKind(kindOfStatus(answer.status), answer),
    platformCode: error ? [error.code, subcode].filter((part) => part !== undefined).join('/') : String(answer.status),
    message: (error?.error_user_msg || error?.message || `The platform answered ${answer.status}.`).slice(0, 500),
    retryAt: retryAt(answer, now) ?? usageEndsAt(answer, now),
    ...(error?.code === tokenInvalid && subcode === appRemoved && { isRevoked: true as const }),
  };
}

/** A permission that the user has not granted, or the app has not; the token itself is good. */
export const isPermissionMissing = ({ kind, platformCode }: Refusal) =>
  kind === 'reconnect' && /^(10|2\d\d)\b/.test(platformCode ?? '');

const Usages = z.record(z.string(), z.array(z.object({ estimated_time_to_regain_access: z.number().optional() })));

/** Limits of business use cases tell in whole minutes when there is room again; the longest of them counts. */
function usageEndsAt({ headers }: HttpAnswer, now: Date): Date | undefined {
  const body = headers['x-business-use-case-usage'] ?? '';
  const usages = Object.values(read(Usages, { status: 200, headers: {}, body }) ?? {}).flat();
  const minutes = Math.max(
    0,
    ...usages.map(({ estimated_time_to_regain_access = 0 }) => estimated_time_to_regain_access),
  );
  return minutes > 0 ? new Date(now.getTime() + minutes * 60_000) : undefined;
}

function oauthError(answer: HttpAnswer): z.infer<typeof GraphError>['error'] | undefined {
  const error = read(OAuthError, answer);
  return error && { code: 100, message: error.error_message };
}

function kindOf(code: number, subcode: number | undefined, status: number): Refusal['kind'] {
  if (code === 100 && subcode === goneSubcode) return 'target_gone';
  const exactly = subcode === undefined ? undefined : kindIn(subcodes, subcode);
  if (exactly) return exactly;
  if (code >= 200 && code <= 299) return 'reconnect'; // a permission is missing
  if ([-2, -1, 1, 2, 6001].includes(code)) return 'retry_later';
  return kindIn(codes, code) ?? kindOfStatus(status);
}

function kindIn(lists: Partial<Record<Refusal['kind'], readonly number[]>>, code: number) {
  const known = Object.entries(lists).find(([, list]) => list.includes(code));
  return known?.[0] as Refusal['kind'] | undefined;
}

function kindOfStatus(status: number): Refusal['kind'] {
  if (status === 401) return 'reconnect';
  if (status === 403) return 'account_restricted';
  if (status === 429) return 'rate_limited';
  if (status === 400 || status === 413 || status === 422) return 'content_rejected';
  return status < 500 && status !== 408 ? 'target_gone' : 'retry_later';
}

/** A call without which there is nothing to go on with: its parsed answer, or `PlatformRefused`. */
export async function demandGraph<Schema extends z.ZodType>(tools: AdapterTools, call: HttpCall, schema: Schema) {
  const answer = await ask(tools.http, call);
  if (!isSuccess(answer)) throw new PlatformRefused(graphRefusal(answer, tools.now()));
  const parsed = read(schema, answer);
  if (parsed === undefined) throw new PlatformRefused(malformed(new URL(call.url).host));
  return parsed;
}

type Listing = {
  /** One page of the list, after a cursor of the page before. */
  call: (after: string | undefined) => HttpCall;
  maxCalls: number;
};

/** A list over its pages. One of them may be short or empty without being the last: only the platform says which is. */
export async function listGraph<Item extends z.ZodType>(tools: AdapterTools, item: Item, { call, maxCalls }: Listing) {
  const Page = z.object({
    data: z.array(item),
    paging: z.object({ cursors: z.object({ after: z.string() }).optional(), next: z.string().optional() }).optional(),
  });
  const items: z.output<Item>[] = [];
  let after: string | undefined;
  for (let made = 0; made < maxCalls; made++) {
    const { data, paging } = await demandGraph(tools, call(after), Page);
    items.push(...data);
    if (paging?.next === undefined) return { items, isWhole: true };
    after = paging.cursors?.after;
    if (after === undefined) break;
  }
  return { items, isWhole: false };
}
