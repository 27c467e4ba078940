import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FunctionPool } from '../functions/function-pool.ts';
import { InvocationFailed } from '../functions/invocation.ts';
import { type Authorize, authorization } from './authorize.ts';
import { corsHeaders, preflightHeaders } from './cors-headers.ts';
import { functionReply, type GatewayReply, gatewayError } from './gateway-reply.ts';
import type { ApiRoute, HttpApi } from './http-api.ts';
import { authorizerEvent, type GatewayRequest, readRequest, requestEvent } from './request-event.ts';
import { type RouteMatch, routeMatcher } from './route-match.ts';

type Parts = { api: HttpApi; pool: Pick<FunctionPool, 'invoke'>; onProblem: (text: string) => void };

/** API Gateway takes requests of 10 MB, but hands Lambda events of 6 MB at most. */
const requestLimit = 10 * 1024 * 1024;
const eventLimit = 6 * 1024 * 1024;

/** An HTTP API: routes, authorizers, CORS, and functions behind it. */
export function gateway(parts: Parts): RequestListener {
  const answer = answerer(parts);
  return (incoming, outgoing) => {
    handle(incoming, answer)
      .catch((error: unknown) => {
        parts.onProblem(`${incoming.method} ${incoming.url}: ${error instanceof Error ? error.stack : error}`);
        return { reply: gatewayError(500), requestId: '' };
      })
      .then(({ reply, requestId }) => send(reply, requestId, outgoing), parts.onProblem);
  };
}

type Answer = (request: GatewayRequest) => Promise<GatewayReply>;

async function handle(incoming: IncomingMessage, answer: Answer) {
  const body = await readBody(incoming);
  const request = readRequest(incoming, body ?? Buffer.alloc(0));
  return { reply: body === undefined ? gatewayError(413) : await answer(request), requestId: request.id };
}

function answerer({ api, pool, onProblem }: Parts): Answer {
  const match = routeMatcher(api.routes);
  const authorize = authorization(pool);
  const stagePrefix = api.stage === '$default' ? '' : `/${api.stage}`;
  return async (request) => {
    const preflight = preflightHeaders(api.cors, request);
    if (preflight !== undefined) return { status: 204, headers: preflight, body: Buffer.alloc(0) };
    const path = request.path.startsWith(`${stagePrefix}/`) ? request.path.slice(stagePrefix.length) : undefined;
    const matched = path === undefined ? undefined : match(request.method, path);
    const reply =
      matched === undefined ? gatewayError(404) : await run(request, matched, { api, pool, onProblem, authorize });
    return withCors(reply, corsHeaders(api.cors, request), api);
  };
}

const refusalStatus = { unauthorized: 401, forbidden: 403, failed: 500 } as const;

type RunParts = Parts & { authorize: Authorize };

async function run(
  request: GatewayRequest,
  { route, pathParameters }: RouteMatch<ApiRoute>,
  parts: RunParts,
): Promise<GatewayReply> {
  const { api, pool, authorize, onProblem } = parts;
  const facts = { api, routeKey: route.key, pathParameters };
  const verdict =
    route.authorizer &&
    (await authorize(route.authorizer, request, (identity) => authorizerEvent(request, facts, identity)));
  if (verdict !== undefined && verdict.kind !== 'allowed') return gatewayError(refusalStatus[verdict.kind]);
  if (!route.isPermitted) return gatewayError(500);
  const event = JSON.stringify(requestEvent(request, { ...facts, authorizer: verdict?.context }));
  if (Buffer.byteLength(event) > eventLimit) return gatewayError(413);
  try {
    return functionReply(await inTime(pool.invoke(route.functionArn, event), route.timeoutMs));
  } catch (error) {
    if (!(error instanceof InvocationFailed)) throw error;
    onProblem(`${route.key}: ${error.type}: ${error.message}`);
    return gatewayError(error.type === integrationTimeout ? 503 : 500);
  }
}

const integrationTimeout = 'Integration.Timeout';

/** The function may go on after the gateway has given up, as on AWS. */
function inTime(result: Promise<string>, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const failure = new InvocationFailed({
      type: integrationTimeout,
      message: `no answer within ${timeoutMs / 1000} s`,
    });
    timer = setTimeout(() => reject(failure), timeoutMs);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

/** With CORS configured on the API, the gateway's headers replace those of the function. */
function withCors(reply: GatewayReply, cors: Record<string, string>, { cors: configured }: HttpApi): GatewayReply {
  if (configured === undefined) return reply;
  const own = Object.entries(reply.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...reply, headers: { ...Object.fromEntries(own), ...cors } };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length <= requestLimit) chunks.push(chunk);
  }
  return length > requestLimit ? undefined : Buffer.concat(chunks);
}

function send({ status, headers, body }: GatewayReply, requestId: string, outgoing: ServerResponse) {
  const bodiless = status === 204 || status === 304;
  const length = bodiless ? {} : { 'content-length': body.length };
  outgoing.writeHead(status, { ...headers, ...length, 'apigw-requestid': requestId });
  outgoing.end(bodiless ? undefined : body);
}
