import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { expect } from 'vitest';
import type { Role } from '../../functions/runtime/contract.ts';
import { lambdaContext } from './lambda.ts';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

type Caller = { userId: string; teamId?: string; role?: Role } | { refusal: string };

export type Request = {
  /** Default POST. */
  method?: string;
  path?: Record<string, string>;
  query?: Record<string, string>;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** What the authorizer says; `null` for nobody. Default: an editor of the test team. */
  caller?: Caller | null;
};

export const testUserId = 'user_01jdxb8ncye2ha5vvbz9fnzbzt';
export const testTeamId = 'team_01jdxb8ncye2ha5vvbz9fnzbzt';
export const otherTeamId = 'team_01jdxb8ncye2ha5vvbz9fnzbzv';
export const editor = { userId: testUserId, teamId: testTeamId, role: 'editor' } as const;
export const admin = { ...editor, role: 'admin' } as const;
export const viewer = { ...editor, role: 'viewer' } as const;

/** The event that API Gateway makes of a request, payload format 2.0. */
export function httpEvent({
  method = 'POST',
  path,
  query,
  body,
  headers,
  caller = editor,
}: Request): APIGatewayProxyEventV2 {
  const requestContext = {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'localhost',
    domainPrefix: 'api',
    http: { method, path: '/v1/test', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    requestId: 'request-1',
    routeKey: 'POST /v1/test',
    stage: '$default',
    time: '01/Jan/2030:00:00:00 +0000',
    timeEpoch: 1893456000000,
    ...(caller && { authorizer: { lambda: caller } }),
  };
  return {
    version: '2.0',
    routeKey: 'POST /v1/test',
    rawPath: '/v1/test',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    requestContext,
    pathParameters: path,
    queryStringParameters: query,
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

/** Sends a request through the real border; every reply must carry the request id and no undeclared fault. */
export async function send(handler: Handler, request: Request = {}) {
  const reply = await handler(httpEvent(request), lambdaContext);
  expect(reply.headers).toMatchObject({ 'x-request-id': 'request-1' });
  const isJson = String(reply.headers?.['content-type']).includes('json');
  const body = reply.body && isJson ? JSON.parse(reply.body) : reply.body;
  return { status: reply.statusCode, body, headers: reply.headers };
}
