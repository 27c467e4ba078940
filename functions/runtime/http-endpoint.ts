import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Counted, count } from './admission.ts';
import { auditCall } from './audited.ts';
import type { Border } from './border.ts';
import { type Call, type Endpoint, isIdempotent, type Reply } from './contract.ts';
import { commonFaults, Fault } from './fault.ts';
import { type HttpReply, httpReply, problemReply, tagged } from './http-reply.ts';
import { bodyText, parseCall } from './http-request.ts';
import type { KeyedRequest, Settle } from './idempotency.ts';
import { log, measure } from './log.ts';
import { mayReadAhead, readAhead } from './read-ahead.ts';
import { callerFacts, faultOf, reportRequest } from './request-report.ts';
import { throttled } from './throttle.ts';

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, HttpReply>;
/** What is known of a request under way. `settle` is there while its `Idempotency-Key` is taken and no reply kept. */
type Exchange = { startedAt: number; counted: Counted; fault?: Fault; settle?: Settle };
type Binding<Tools> = { makeTools: () => Tools; border: () => Border };

/**
 * What every HTTP `handler` is made by: checks the caller, counts the request against the plan, parses it, slows down
 * guesses, runs it once per `Idempotency-Key`, parses the reply, tags it, words refusals as problem details, audits, and
 * writes one log line and the metrics of the operation.
 */
export function httpEndpoint<E extends Endpoint, Tools>(
  entry: E,
  run: (call: Call<E>, tools: Tools) => Promise<Reply<E>> | Reply<E>,
  { makeTools, border }: Binding<Tools>,
) {
  const exchanges = new WeakMap<object, Exchange>();
  const isAhead = mayReadAhead(entry);
  let tools: Tools | undefined;

  function exchangeOf(event: object): Exchange {
    const exchange = exchanges.get(event) ?? { startedAt: performance.now(), counted: { headers: {} } };
    exchanges.set(event, exchange);
    return exchange;
  }

  async function perform(call: Call<E>, event: APIGatewayProxyEventV2): Promise<HttpReply> {
    tools ??= makeTools();
    const result = await run(call, tools);
    return tagged(httpReply(entry, result, call.requestId), result, event);
  }

  /** Counting, taking the key and the first reads of the operation go side by side; the refusal of the count comes first. */
  async function serve(event: APIGatewayProxyEventV2): Promise<HttpReply> {
    const exchange = exchangeOf(event);
    const counting = countRequest(entry, event, border).then((counted) => {
      exchange.counted = counted;
      if (counted.refusal) throw counted.refusal;
    });
    const [counted, answered] = await Promise.allSettled([counting, answer(event, counting)]);
    await exchange.counted.fillingUp;
    if (counted.status === 'rejected') throw counted.reason;
    if (answered.status === 'rejected') throw answered.reason;
    return answered.value;
  }

  async function answer(event: APIGatewayProxyEventV2, counting: Promise<void>): Promise<HttpReply> {
    const call = parseCall(entry, event);
    const limits = () => border().attempts;
    const start = () => throttled(entry, call, { limits, run: () => perform(call, event) });
    const runAfter = (admission: Promise<unknown>) =>
      isAhead ? readAhead(admission, start) : admission.then(() => start());
    const request = isIdempotent(entry) ? keyedRequest(entry, event, call) : undefined;
    return request ? once(request, { event, counting, runAfter }) : runAfter(counting);
  }

  type Run = {
    event: object;
    counting: Promise<void>;
    runAfter: (admission: Promise<unknown>) => Promise<HttpReply>;
  };

  /** A request whose key is taken has no effect either. */
  async function once(request: KeyedRequest, { event, counting, runAfter }: Run): Promise<HttpReply> {
    const taking = border().idempotency.take(request);
    const taken = taking.then((taken) => {
      if ('reply' in taken) throw new Error('the reply was given before');
      exchangeOf(event).settle = taken.settle;
    });
    const [key, ran] = await Promise.allSettled([taking, runAfter(Promise.all([counting, taken]))]);
    if (key.status === 'rejected') throw key.reason;
    if ('reply' in key.value) return key.value.reply;
    if (ran.status === 'rejected') throw ran.reason;
    return ran.value;
  }

  const worded: Middleware = {
    onError: (request) => {
      const { requestId } = request.event.requestContext;
      const fault = faultOf(entry, request.error, requestId);
      exchangeOf(request.event).fault = fault;
      request.response = problemReply(fault, requestId);
    },
  };

  /** Runs last: counted headers on every reply, what is kept of it, the log line and the metrics. */
  const finish: NonNullable<Middleware['after']> = async (request) => {
    const { event, response: reply } = request;
    if (!reply) return;
    const { startedAt, counted, fault, settle } = exchangeOf(event);
    const code = fault?.entry.code;
    request.response = { ...reply, headers: { ...reply.headers, ...counted.headers } };
    await Promise.all([settle && keep(reply, settle), auditCall(entry, { event, reply, code }, () => border().audit)]);
    reportRequest(entry, event, { status: reply.statusCode, ms: performance.now() - startedAt, code });
  };
  const observed: Middleware = {
    before: ({ event }) => {
      exchangeOf(event);
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
function keyedRequest(
  { name }: Endpoint,
  event: APIGatewayProxyEventV2,
  call: Call<Endpoint>,
): KeyedRequest | undefined {
  const key = event.headers['idempotency-key'];
  if (key === undefined || !call.caller) return undefined;
  if (key.length < 1 || key.length > 255) throw new Fault(commonFaults['idempotency.key_invalid']);
  const owner = 'teamId' in call.caller ? `TEAM#${call.caller.teamId}` : `USER#${call.caller.userId}`;
  return { owner, key, operation: `${name} ${JSON.stringify(call.path ?? {})}`, content: bodyText(event) };
}

/** What was done is done: the reply stands, and its key stays taken, which is told as still running. */
async function keep(reply: HttpReply, settle: Settle): Promise<void> {
  try {
    await settle(reply);
  } catch (error) {
    log.error('reply.lost', { error: error as Error });
    measure('idempotency', { lost: { count: 1 } });
  }
}
