import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { callerOf } from './caller.ts';
import type { Call, Endpoint, EndpointSpec, Reply } from './contract.ts';
import { commonFaults, Fault, faultStatus } from './fault.ts';
import { httpReply, problemReply } from './http-reply.ts';
import { parseInput } from './input.ts';
import { log, measure } from './log.ts';

const bodyLimitBytes = 256 * 1024;

type HttpMiddleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/**
 * The only way to make an HTTP `handler`: parses the request, checks the caller, runs, parses the reply, words refusals
 * as problem details, and writes one log line and the metrics of the operation. Tools are made on the first request.
 */
export function endpoint<E extends Endpoint, Tools>(
  entry: E,
  run: (call: Call<E>, tools: Tools) => Promise<Reply<E>> | Reply<E>,
  makeTools: () => Tools,
) {
  let tools: Tools | undefined;
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(async (event: APIGatewayProxyEventV2) => {
    const call = parseCall(entry, event);
    tools ??= makeTools();
    return httpReply(entry, await run(call, tools), call.requestId);
  })
    .use(observed(entry))
    .use(problems(entry));
}

function parseCall<E extends EndpointSpec>(entry: E, event: APIGatewayProxyEventV2): Call<E> {
  const caller = callerOf(entry, event);
  const empty = z.strictObject({});
  const call = {
    caller,
    requestId: event.requestContext.requestId,
    address: event.requestContext.http.sourceIp,
    path: parseInput('path', entry.path ?? z.object({}), event.pathParameters ?? {}),
    query: parseInput('query', entry.query ?? empty, event.queryStringParameters ?? {}),
    body: entry.body && parseInput('body', entry.body, parseBody(event)),
  };
  return call as Call<E>; // the schemas of `entry` made it so
}

function parseBody({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? '');
  if (Buffer.byteLength(text) > bodyLimitBytes) throw new Fault(commonFaults['input.too_large']);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault(commonFaults['input.not_json'], { cause });
  }
}

/** Turns faults into problem details; anything else is ours: logged with its cause, answered with nothing inside. */
function problems({ faults, name }: Endpoint): HttpMiddleware {
  return {
    onError: (request) => {
      const { requestId } = request.event.requestContext;
      const { error } = request;
      const fault = error instanceof Fault ? error : new Fault(commonFaults['internal.error'], { cause: error });
      if (fault.entry.kind === 'internal')
        log.error('request.failed', { requestId, operation: name, error: fault.cause as Error });
      else if (!isDeclared(fault, faults))
        log.error('fault.undeclared', { requestId, operation: name, code: fault.entry.code });
      request.response = problemReply(fault, requestId);
    },
  };
}

const isDeclared = ({ entry: { code } }: Fault, declared: readonly string[]) =>
  code in commonFaults || declared.includes(code);

/** One log line and the metrics of each request. Added first, so it sees the reply last. */
function observed(entry: Endpoint): HttpMiddleware {
  const started = new WeakMap<object, number>();
  const finish: NonNullable<HttpMiddleware['after']> = ({ event, response, error }) => {
    const status = response?.statusCode ?? faultStatus.internal;
    const ms = performance.now() - (started.get(event) ?? performance.now());
    const code = error instanceof Fault ? error.entry.code : undefined;
    const { requestId } = event.requestContext;
    const caller = callerFacts(event);
    log.info('request', {
      requestId,
      route: entry.route,
      status,
      ms: Math.round(ms * 10) / 10,
      fault: code,
      ...caller,
    });
    report(entry.name, ms, status);
  };
  return {
    before: ({ event }) => {
      started.set(event, performance.now());
    },
    after: finish,
    onError: finish,
  };
}

const CallerFacts = z.object({
  authorizer: z.object({ lambda: z.object({ userId: z.string().optional(), teamId: z.string().optional() }) }),
});

function callerFacts({ requestContext }: APIGatewayProxyEventV2) {
  const facts = CallerFacts.safeParse(requestContext);
  return facts.success ? { ...facts.data.authorizer.lambda } : {};
}

const report = (operation: string, ms: number, status: number) =>
  measure(operation, {
    duration: { ms },
    requests: { count: 1 },
    refusals: { count: status >= 400 && status < 500 ? 1 : 0 },
    failures: { count: status >= 500 ? 1 : 0 },
  });
