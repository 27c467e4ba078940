import * as z from 'zod';
import { changesVersion, type Endpoint, isIdempotent } from '../../functions/runtime/contract.ts';
import { idOf } from '../../functions/runtime/ids.ts';

const isRead = ({ route }: Endpoint) => route.startsWith('GET ');
const repliesBody = ({ reply }: Endpoint) => reply.body !== undefined;

/** Reads answer 304 to who has the current copy. */
export const isConditionalRead = (entry: Endpoint) => isRead(entry) && repliesBody(entry);

const teamId = idOf('team').meta({
  description: 'The team to act for; one of those listed by `GET /v1/me`.',
  param: { id: 'TeamId' },
});
const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .meta({
    description:
      'Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does.',
    example: '0b2f6a4e-5a0c-4c1d-9f3e-2f1f5a8f4c11',
    param: { id: 'IdempotencyKey' },
  });
const ifMatch = z
  .string()
  .optional()
  .meta({
    description:
      'The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise.',
    example: '"3.pZ6vXlbBQy0Ocb5m"',
    param: { id: 'IfMatch' },
  });
const ifNoneMatch = z
  .string()
  .optional()
  .meta({
    description: 'The `ETag` of the copy you have: 304 when it is still current. Browsers do this by themselves.',
    example: '"3.pZ6vXlbBQy0Ocb5m"',
    param: { id: 'IfNoneMatch' },
  });

/** The headers that an operation takes besides `Authorization`. */
export function requestHeaders(entry: Endpoint): z.ZodObject | undefined {
  const headers = {
    ...(entry.auth === 'team' && { 'X-Team-Id': teamId }),
    ...(isIdempotent(entry) && { 'Idempotency-Key': idempotencyKey }),
    ...(changesVersion(entry) && { 'If-Match': ifMatch }),
    ...(isConditionalRead(entry) && { 'If-None-Match': ifNoneMatch }),
  };
  return Object.keys(headers).length > 0 ? z.object(headers) : undefined;
}

const requestId = z
  .string()
  .min(1)
  .meta({
    description: 'Names this request in our logs: quote it when you report a problem.',
    example: 'VJ0pPiV2oAMEJVQ=',
    header: { id: 'RequestId' },
  });
const etag = z
  .string()
  .regex(/^(W\/)?"[^"]+"$/)
  .meta({
    description: 'Names this version: for `If-Match`, where the thing has versions, and `If-None-Match`.',
    example: '"3.pZ6vXlbBQy0Ocb5m"',
    header: { id: 'ETag' },
  });
const rateLimitPolicy = z
  .string()
  .regex(/^"\w+";q=\d+;w=\d+(, "\w+";q=\d+;w=\d+)*$/)
  .optional()
  .meta({
    description:
      'How many requests (`q`) in how many seconds (`w`): of the plan by hour and day, and of the API key where it has a limit of its own. IETF draft `ratelimit-headers`.',
    example: '"hour";q=100;w=3600, "day";q=1000;w=86400',
    header: { id: 'RateLimitPolicy' },
  });
const rateLimit = z
  .string()
  .regex(/^"\w+";r=\d+;t=\d+(, "\w+";r=\d+;t=\d+)*$/)
  .optional()
  .meta({
    description: 'How many requests are left (`r`), and in how many seconds all are there again (`t`).',
    example: '"hour";r=99;t=36, "day";r=998;t=173',
    header: { id: 'RateLimit' },
  });
const retryAfter = z
  .string()
  .regex(/^[1-9]\d*$/)
  .meta({ description: 'Seconds to wait.', example: '36', header: { id: 'RetryAfter' } });
const idempotentReplayed = z
  .literal('true')
  .optional()
  .meta({
    description: 'This is the reply of an earlier request with the same `Idempotency-Key`.',
    header: { id: 'IdempotentReplayed' },
  });

/** `counted`: the request was counted against the plan. `ran`: the operation itself came to this reply, `isDone`: and did what it is for. */
export type ReplyFacts = { counted: boolean; ran: boolean; isDone: boolean; tagged: boolean; waits: boolean };

/** The operation's own headers, which begin in upper case in the document, as all others. */
const headersOf = ({ reply }: Endpoint) =>
  Object.fromEntries(
    Object.entries<z.ZodType>(reply.headers?.shape ?? {}).map(([name, schema]) => [
      name.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
      schema,
    ]),
  );

/** The headers of one reply of an operation. */
export const replyHeaders = (entry: Endpoint, { counted, ran, isDone, tagged, waits }: ReplyFacts): z.ZodObject =>
  z.object({
    'X-Request-Id': requestId,
    ...(tagged && { ETag: etag }),
    ...(isDone && headersOf(entry)),
    ...(counted && entry.auth === 'team' && { RateLimit: rateLimit, 'RateLimit-Policy': rateLimitPolicy }),
    ...(waits && { 'Retry-After': retryAfter }),
    ...(ran && isIdempotent(entry) && { 'Idempotent-Replayed': idempotentReplayed }),
  });
