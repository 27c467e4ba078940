import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { EndpointSpec } from './contract.ts';
import { entityTag, matches } from './entity-tag.ts';
import { type Fault, faultStatus } from './fault.ts';

export type HttpReply = {
  statusCode: number;
  headers: Record<string, string>;
  body?: string;
} & APIGatewayProxyStructuredResultV2;

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

/** Our own pages: scripts and styles from this host only, requests to this host only, forms to nowhere but by script. */
const pagePolicy = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ');

/** The reply of an endpoint, through its schema: a wrong one is an error of ours, undeclared fields are dropped. */
export function httpReply({ reply }: EndpointSpec, result: unknown, requestId: string): HttpReply {
  const headers = { ...securityHeaders, 'x-request-id': requestId };
  if (reply.headers) {
    const { location } = reply.headers.parse(result);
    return { statusCode: reply.status, headers: { ...headers, location: new URL(location).href } };
  }
  if (!reply.body) return { statusCode: reply.status, headers };
  const body = reply.body.parse(result);
  if (reply.contentType === undefined) return jsonReply(reply.status, body, headers);
  const policy = reply.contentType.startsWith('text/html') && { 'content-security-policy': pagePolicy };
  return {
    statusCode: reply.status,
    headers: { ...headers, ...policy, 'content-type': reply.contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** Adds the entity tag of a representation, and leaves the body out when the caller has the current copy. */
export function tagged(reply: HttpReply, result: unknown, event: APIGatewayProxyEventV2): HttpReply {
  if (reply.statusCode >= 300 || reply.body === undefined) return reply;
  const revision = typeof result === 'object' && result !== null && 'revision' in result ? result.revision : undefined;
  const etag = entityTag(reply.body, revision);
  const isRead = event.requestContext.http.method === 'GET';
  const headers = { ...reply.headers, etag, ...(isRead && { 'cache-control': 'private, no-cache' }) };
  const isCurrent = isRead && matches(event.headers['if-none-match'], etag);
  return isCurrent ? { statusCode: 304, headers } : { ...reply, headers };
}

/** A refusal as RFC 9457 problem details. */
export function problemReply({ entry, message, errors, retryAfterSeconds }: Fault, requestId: string): HttpReply {
  const status = faultStatus[entry.kind];
  const { code, title } = entry;
  const problem = { type: `urn:clientnest:problem:${code}`, title, status, code, detail: message, errors, requestId };
  const retryAfter = retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) };
  const headers = { ...securityHeaders, 'x-request-id': requestId, ...retryAfter };
  return jsonReply(status, problem, headers, 'application/problem+json');
}

const jsonReply = (
  statusCode: number,
  body: unknown,
  headers: Record<string, string>,
  contentType = 'application/json',
): HttpReply => ({ statusCode, headers: { ...headers, 'content-type': contentType }, body: JSON.stringify(body) });
