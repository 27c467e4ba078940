import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { type Counted, count } from './admission.ts';
import { auditCall } from './audited.ts';
import { type Border, deployedBorder } from './border.ts';
import { AuthorizerContext } from './caller.ts';
import { type Call, type Endpoint, isIdempotent, type Reply } from './contract.ts';
import { commonFaults, Fault, faultStatus } from './fault.ts';
import { type HttpReply, httpReply, problemReply, tagged } from './http-reply.ts';
import { bodyText, parseCall } from './http-request.ts';
import { log, measure } from './log.ts';
import { throttled } from './throttle.ts';

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, HttpReply>;
type Exchange = { startedAt: number; counted: Counted; fault?: Fault };

/**
 * The only way to make an HTTP `handler`: checks the caller, counts the request against the plan, parses it, slows down
 * guesses, runs it once per `Idempotency-Key`, parses the reply, tags it, words refusals as problem details, audits, and writes one log line and
 * the metrics of the operation. Tools are made on the first request.
 */
export function endpoint<E extends Endpoint, Tools>(
  entry: E,
  run: (call: Call<E>, tools: Tools) => Promise<Reply<E>> | Reply<E>,
  makeTools: () => Tools,
  border: () => Border = deployedBorder,
) {
  const exchanges = new WeakMap<object, Exchange>();
  const isRead = entry.route.startsWith('GET ');
  let tools: Tools | undefined;

  async function perform(call: Call<E>, event: APIGatewayProxyEventV2): Promise<HttpReply> {
    tools ??= makeTools();
    const result = await run(call, tools);
    return tagged(httpReply(entry, result, call.requestId), result, event);
  }

  /** Counting is no round trip of its own for reads: it goes along with them. */
  async function serve(event: APIGatewayProxyEventV2): Promise<HttpReply> {
    const exchange = exchanges.get(event);
    const counting = countRequest(entry, event, border).then((counted) => {
      if (exchange) exchange.counted = counted;
      if (counted.refusal) throw counted.refusal;
    });
    if (!isRead) await counting;
    const [counted, ran] = await Promise.allSettled([counting, parsedAndRun(event)]);
    if (counted.status === 'rejected') throw counted.reason;
    if (ran.status === 'rejected') throw ran.reason;
    return ran.value;
  }

  async function parsedAndRun(event: APIGatewayProxyEventV2): Promise<HttpReply> {
    const call = parseCall(entry, event);
    const limits = () => border().attempts;
    const run = () => throttled(entry, call, { limits, run: () => perform(call, event) });
    const request = isIdempotent(entry) ? repeatable(entry, event, call) : undefined;
    if (!request) return run();
    return border().idempotency.once(request, () => run().catch((error) => refuse(error, event)));
  }

  function refuse(error: unknown, event: APIGatewayProxyEventV2): HttpReply {
    const fault = faultOf(entry, error, event.requestContext.requestId);
    const exchange = exchanges.get(event);
    if (exchange) exchange.fault = fault;
    return problemReply(fault, event.requestContext.requestId);
  }

  const worded: Middleware = {
    onError: (request) => {
      request.response = refuse(request.error, request.event);
    },
  };

  /** Runs last: counted headers on every reply, the audit, the log line and the metrics. */
  const finish: NonNullable<Middleware['after']> = async (request) => {
    const { event, response: reply } = request;
    const { startedAt = performance.now(), counted, fault } = exchanges.get(event) ?? {};
    if (!reply) return;
    request.response = { ...reply, headers: { ...reply.headers, ...counted?.headers } };
    await auditCall(entry, { event, reply, code: fault?.entry.code }, () => border().audit);
    report(entry, event, { status: reply.statusCode, ms: performance.now() - startedAt, code: fault?.entry.code });
  };
  const observed: Middleware = {
    before: ({ event }) => {
      exchanges.set(event, { startedAt: performance.now(), counted: { headers: {} } });
    },
    after: finish,
    onError: finish,
  };

  return middy<APIGatewayProxyEventV2, HttpReply>(serve).use(observed).use(worded);
}

async function countRequest(entry: Endpoint, event: APIGatewayProxyEventV2, border: () => Border): Promise<Counted> {
  const caller = callerFacts(event);
  if (entry.auth !== 'team' || !caller) return { headers: {} };
  return count(() => border().limits, caller);
}

/** What a request with an `Idempotency-Key` is known by. Keys belong to the team, or to the user where there is none. */
function repeatable({ name }: Endpoint, event: APIGatewayProxyEventV2, call: Call<Endpoint>) {
  const key = event.headers['idempotency-key'];
  if (key === undefined || !call.caller) return undefined;
  if (key.length < 1 || key.length > 255) throw new Fault(commonFaults['idempotency.key_invalid']);
  const owner = 'teamId' in call.caller ? `TEAM#${call.caller.teamId}` : `USER#${call.caller.userId}`;
  return { owner, key, operation: `${name} ${JSON.stringify(call.path ?? {})}`, content: bodyText(event) };
}

/** Anything but a fault is ours: logged with its cause, answered with nothing inside. */
function faultOf({ name, faults }: Endpoint, error: unknown, requestId: string): Fault {
  const fault = error instanceof Fault ? error : new Fault(commonFaults['internal.error'], { cause: error });
  const { code, kind } = fault.entry;
  if (kind === 'internal') log.error('request.failed', { requestId, operation: name, error: fault.cause as Error });
  else if (!(code in commonFaults || faults.includes(code)))
    log.error('fault.undeclared', { requestId, operation: name, code });
  return fault;
}

const CallerFacts = z.object({ authorizer: z.object({ lambda: AuthorizerContext }) });

function callerFacts({ requestContext }: APIGatewayProxyEventV2) {
  const facts = CallerFacts.safeParse(requestContext);
  if (!facts.success || 'refusal' in facts.data.authorizer.lambda) return undefined;
  return facts.data.authorizer.lambda;
}

type Ended = { status: number; ms: number; code: string | undefined };

function report({ name, route }: Endpoint, event: APIGatewayProxyEventV2, { status, ms, code }: Ended): void {
  const { requestId } = event.requestContext;
  const { userId, teamId, apiKeyId } = callerFacts(event) ?? {};
  log.info('request', {
    requestId,
    route,
    status,
    ms: Math.round(ms * 10) / 10,
    fault: code,
    userId,
    teamId,
    apiKeyId,
  });
  measure(name, {
    duration: { ms },
    requests: { count: 1 },
    refusals: { count: status >= 400 && status < faultStatus.internal ? 1 : 0 },
    failures: { count: status >= faultStatus.internal ? 1 : 0 },
  });
}
