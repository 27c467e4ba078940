import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import { commonFaults, type FaultEntry, faultStatus } from '../../functions/runtime/fault.ts';
import type { HttpAnswer } from './http-client.ts';

const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
});
/** What the gateway says by itself, where the function is not asked. */
const GatewayAnswer = z.strictObject({ message: z.string() });

const catalog = new Map<string, FaultEntry>(
  [commonFaults, ...domains.map(({ faults }) => faults ?? {})]
    .flatMap((faults) => Object.values<FaultEntry>(faults))
    .map((fault) => [fault.code, fault]),
);

/** All that is wrong about an answer by the contract of its operation, whatever was asked. */
export function complaints(entry: Endpoint, answer: HttpAnswer): string[] {
  const { status, body } = answer;
  if (status === entry.reply.status || status === 304) return [...aboutSuccess(entry, answer), ...aboutHeaders(answer)];
  if (GatewayAnswer.safeParse(body).success)
    return entry.auth !== 'none' && status === 401 ? [] : [`the gateway answers ${status} by itself`];
  return [...aboutRefusal(entry, answer), ...aboutHeaders(answer)];
}

function aboutSuccess({ reply, route }: Endpoint, { status, headers, text, body }: HttpAnswer): string[] {
  const isRead = route.startsWith('GET ');
  const wantsTag = status === 304 || reply.body !== undefined;
  const untagged = wantsTag && !/^(W\/)?"[^"]+"$/.test(headers.get('etag') ?? '') ? ['has no ETag'] : [];
  if (status === 304) return [...untagged, ...(isRead && text === '' ? [] : ['304 is for reads, and has no body'])];
  if (!reply.body) return text === '' ? [] : ['has a body that the contract knows nothing of'];
  const content = reply.contentType === undefined ? body : text;
  const parsed = reply.body.safeParse(content);
  if (!parsed.success) return [`does not fit its schema: ${z.prettifyError(parsed.error)}`];
  const undeclared = isDeepStrictEqual(parsed.data, content) ? [] : ['has fields that its schema does not declare'];
  const type = reply.contentType ?? 'application/json';
  const otherType = headers.get('content-type') === type ? [] : [`is ${headers.get('content-type')}, not ${type}`];
  return [...untagged, ...undeclared, ...otherType];
}

function aboutRefusal(entry: Endpoint, { status, headers, body }: HttpAnswer): string[] {
  const parsed = Problem.safeParse(body);
  if (!parsed.success) return [`${status} is no problem document: ${z.prettifyError(parsed.error)}`];
  const { code, requestId } = parsed.data;
  const fault = catalog.get(code);
  const isDeclared = code in commonFaults || entry.faults.includes(code);
  return [
    status >= 500 && !(status === faultStatus.unavailable && entry.faults.includes(code)) && 'is an error of ours',
    !isDeclared && 'is a refusal that the contract does not declare',
    fault && faultStatus[fault.kind] !== status && `has a status that is not of its kind, ${fault.kind}`,
    parsed.data.status !== status && 'tells another status than it has',
    requestId !== headers.get('x-request-id') && 'tells another request id than its header',
    headers.get('content-type') !== 'application/problem+json' && `is ${headers.get('content-type')}`,
    status === 429 && !/^[1-9]\d*$/.test(headers.get('retry-after') ?? '') && 'does not say when to come back',
  ].filter((complaint) => typeof complaint === 'string');
}

const aboutHeaders = ({ headers }: HttpAnswer): string[] =>
  [
    !headers.get('x-request-id') && 'has no request id',
    headers.get('x-content-type-options') !== 'nosniff' && 'lets browsers guess its type',
    !headers.get('strict-transport-security') && 'does not ask for https',
    !headers.get('cache-control') && 'does not say who may keep it',
  ].filter((complaint) => typeof complaint === 'string');
