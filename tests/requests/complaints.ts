import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import { commonFaults, type FaultEntry, faultStatus } from '../../functions/runtime/fault.ts';
import { GatewayRefusal } from '../../lib/openapi/problems.ts';
import { documented } from './documented.ts';
import type { HttpAnswer } from './http-client.ts';

const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  errors: z
    .array(
      z.strictObject({
        path: z.string(),
        code: z.string(),
        message: z.string(),
        connectionId: z.string().startsWith('conn_').optional(),
      }),
    )
    .optional(),
  requestId: z.string(),
});

const catalog = new Map<string, FaultEntry>(
  [commonFaults, ...domains.map(({ faults }) => faults ?? {})]
    .flatMap((faults) => Object.values<FaultEntry>(faults))
    .map((fault) => [fault.code, fault]),
);

/** All that is wrong about an answer by the contract of its operation and the document made of it, whatever was asked. */
export function complaints(entry: Endpoint, answer: HttpAnswer): string[] {
  const { status, body } = answer;
  const isGood = status === entry.reply.status || status === 304;
  if (!isGood && z.strictObject(GatewayRefusal.shape).safeParse(body).success)
    return entry.auth !== 'none' && status === 401 ? [] : [`the gateway answers ${status} by itself`];
  const own = isGood ? aboutSuccess(entry, answer) : aboutRefusal(entry, answer);
  return [...own, ...aboutHeaders(entry, answer), ...aboutSecurity(answer)];
}

function aboutSuccess({ reply, route }: Endpoint, { status, text, body }: HttpAnswer): string[] {
  if (status === 304) return route.startsWith('GET ') && text === '' ? [] : ['304 is for reads, and has no body'];
  if (!reply.body) return text === '' ? [] : ['has a body that the contract knows nothing of'];
  const content = reply.contentType === undefined ? body : text;
  const parsed = reply.body.safeParse(content);
  if (!parsed.success) return [`does not fit its schema: ${z.prettifyError(parsed.error)}`];
  return isDeepStrictEqual(parsed.data, content) ? [] : ['has fields that its schema does not declare'];
}

function aboutRefusal(entry: Endpoint, { status, headers, body }: HttpAnswer): string[] {
  const parsed = Problem.safeParse(body);
  if (!parsed.success) return [`${status} is no problem document: ${z.prettifyError(parsed.error)}`];
  const { code, requestId } = parsed.data;
  const fault = catalog.get(code);
  return [
    status >= 500 && !(status === faultStatus.unavailable && entry.faults.includes(code)) && 'is an error of ours',
    !documented(entry, status)?.codes.includes(code) && 'is a refusal that the document does not know there',
    fault && faultStatus[fault.kind] !== status && `has a status that is not of its kind, ${fault.kind}`,
    parsed.data.status !== status && 'tells another status than it has',
    requestId !== headers.get('x-request-id') && 'tells another request id than its header',
  ].filter((complaint) => typeof complaint === 'string');
}

/** What servers, the gateway and browsers' rules put on any reply; the rest is an operation's own. */
const anyReply = new Set([
  ...['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'content-type', 'apigw-requestid'],
  ...['cache-control', 'content-security-policy', 'referrer-policy'],
  ...['strict-transport-security', 'x-content-type-options'],
]);

/** Every header that is declared for this reply is there and fits, and there are no others. */
function aboutHeaders(entry: Endpoint, { status, headers }: HttpAnswer): string[] {
  const promised = documented(entry, status);
  if (!promised) return [`${status} is in no document`];
  const wrong = Object.entries(promised.headers).flatMap(([name, schema]) => {
    const { error } = schema.safeParse(headers.get(name) ?? undefined);
    return error ? [`${name} ${headers.get(name)}: ${z.prettifyError(error)}`] : [];
  });
  const undeclared = [...headers.keys()].filter((name) => !(anyReply.has(name) || name in promised.headers));
  const [type = ''] = promised.mediaTypes;
  const isOfType = promised.mediaTypes.length === 0 || headers.get('content-type') === type;
  return [
    ...wrong,
    ...undeclared.map((name) => `has a header that is not declared, ${name}`),
    ...(isOfType ? [] : [`is ${headers.get('content-type')}, not ${type}`]),
  ];
}

const aboutSecurity = ({ headers }: HttpAnswer): string[] =>
  [
    headers.get('x-content-type-options') !== 'nosniff' && 'lets browsers guess its type',
    !headers.get('strict-transport-security') && 'does not ask for https',
    !headers.get('cache-control') && 'does not say who may keep it',
  ].filter((complaint) => typeof complaint === 'string');
