import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { callerOf } from './caller.ts';
import { type Call, changesVersion, type EndpointSpec } from './contract.ts';
import { expectedRevision } from './entity-tag.ts';
import { commonFaults, Fault } from './fault.ts';
import { parseInput } from './input.ts';

const bodyLimitBytes = 256 * 1024;
/** Deeper than any request of ours, and shallow enough that no parser or schema runs out of stack. */
const bodyLimitDepth = 32;

/** The call that a request is, every part parsed by the entry's schemas; the first part that is wrong refuses it. */
export function parseCall<E extends EndpointSpec>(entry: E, event: APIGatewayProxyEventV2): Call<E> {
  const caller = callerOf(entry, event);
  const call = {
    caller,
    requestId: event.requestContext.requestId,
    address: event.requestContext.http.sourceIp,
    accessToken: entry.auth === 'user' ? bearerToken(event) : undefined,
    expectedRevision: changesVersion(entry) ? expectedRevision(event.headers['if-match']) : undefined,
    path: parseInput('path', entry.path ?? z.object({}), event.pathParameters ?? {}),
    query: parseInput('query', entry.query ?? z.strictObject({}), event.queryStringParameters ?? {}),
    body: entry.body && parseInput('body', entry.body, parseBody(event)),
  };
  return call as Call<E>; // the schemas of `entry` made it so
}

/** The authorizer has verified it: without one nobody gets here. */
const bearerToken = ({ headers }: APIGatewayProxyEventV2) =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';

export function bodyText({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
}

function parseBody(event: APIGatewayProxyEventV2): unknown {
  const text = bodyText(event);
  if (Buffer.byteLength(text) > bodyLimitBytes) throw new Fault(commonFaults['input.too_large']);
  if (depthOf(text) > bodyLimitDepth) throw new Fault(commonFaults['input.too_deep']);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault(commonFaults['input.not_json'], { cause });
  }
}

/** How deep brackets nest, strings left out; right for JSON. One pass: no text, however made, takes longer than its length. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') isInString = !isInString;
    else if (isInString) at += sign === '\\' ? 1 : 0;
    else if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth);
    else if (sign === '}' || sign === ']') depth--;
  }
  return deepest;
}
