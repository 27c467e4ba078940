import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpApi } from './http-api.ts';

/** A request as it came in, read once. */
export type GatewayRequest = {
  id: string;
  method: string;
  /** As it came, which is what routes are matched with: an encoded slash parts nothing. */
  path: string;
  /** Decoded, as HTTP APIs give it to functions; with the stage's name unless that is `$default`. */
  rawPath: string;
  rawQueryString: string;
  headers: Record<string, string>;
  cookies: string[];
  query: Record<string, string>;
  sourceIp: string;
  protocol: string;
  body: Buffer;
  at: Date;
};

export function readRequest(incoming: IncomingMessage, body: Buffer): GatewayRequest {
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const rawQueryString = query.join('?');
  const sourceIp = incoming.socket.remoteAddress?.replace('::ffff:', '') ?? '127.0.0.1';
  const { cookie, ...headers } = plainHeaders(incoming);
  return {
    id: `${randomBytes(11).toString('base64url')}=`,
    method: incoming.method ?? 'GET',
    path,
    rawPath: decoded(path),
    rawQueryString,
    headers: { ...headers, ...proxyHeaders(incoming, sourceIp) },
    cookies: cookie === undefined ? [] : cookie.split('; '),
    query: joinedQuery(rawQueryString),
    sourceIp,
    protocol: `HTTP/${incoming.httpVersion}`,
    body,
    at: new Date(),
  };
}

type EventFacts = {
  api: HttpApi;
  routeKey: string;
  pathParameters: Record<string, string>;
  authorizer?: Record<string, unknown> | undefined;
};

/** The event of payload format 2.0, field by field as API Gateway sends it. */
export function requestEvent(request: GatewayRequest, { api, routeKey, pathParameters, authorizer }: EventFacts) {
  const { headers, cookies, query, body } = request;
  const isBase64Encoded = body.length > 0 && !isText(headers);
  return {
    version: '2.0',
    routeKey,
    rawPath: request.rawPath,
    rawQueryString: request.rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      ...requestContext(request, api, routeKey),
      ...(authorizer && { authorizer: { lambda: authorizer } }),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(api.stageVariables && { stageVariables: api.stageVariables }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** What authorizer functions get: the request without its body. */
export function authorizerEvent(request: GatewayRequest, facts: EventFacts, identitySource: string[]) {
  const { body: _, isBase64Encoded: __, version, ...event } = requestEvent(request, facts);
  return { version, type: 'REQUEST', routeArn: routeArn(request, facts.api), identitySource, ...event };
}

function requestContext(
  { id, headers, method, rawPath, protocol, sourceIp, at }: GatewayRequest,
  api: HttpApi,
  routeKey: string,
) {
  const domainName = headers.host?.split(':')[0] ?? 'localhost';
  return {
    accountId: api.account,
    apiId: api.id,
    domainName,
    domainPrefix: domainName.split('.')[0],
    http: { method, path: rawPath, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
    requestId: id,
    routeKey,
    stage: api.stage,
    time: commonLogTime(at),
    timeEpoch: at.getTime(),
  };
}

const routeArn = ({ method, rawPath }: GatewayRequest, { id, stage, region, account }: HttpApi) =>
  `arn:aws:execute-api:${region}:${account}:${id}/${stage}/${method}${rawPath}`;

const plainHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
    ),
  );

function proxyHeaders({ headers, socket }: IncomingMessage, sourceIp: string): Record<string, string> {
  const forwarded = headers['x-forwarded-for'];
  const trace = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return {
    'content-length': headers['content-length'] ?? '0',
    'x-amzn-trace-id': String(headers['x-amzn-trace-id'] ?? trace),
    'x-forwarded-for': forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`,
    'x-forwarded-port': String(socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
  };
}

/** Repeated names are joined by commas. */
function joinedQuery(text: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text))
    joined[name] = name in joined ? `${joined[name]},${value}` : value;
  return joined;
}

export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // not encoded by the rules: taken as it is
  }
}

const textTypes = /^(text\/|application\/(json|javascript|xml)\b|application\/[^;]+\+(json|xml)\b)/;
const isText = (headers: Record<string, string>) =>
  headers['content-encoding'] === undefined && textTypes.test(headers['content-type'] ?? 'text/plain');

/** `22/Nov/2026:20:30:00 +0000` */
function commonLogTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
