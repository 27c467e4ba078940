import type * as z from 'zod';
import type { ZodOpenApiMediaTypeObject, ZodOpenApiOperationObject } from 'zod-openapi';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import { exampleOf, examplesOf } from './examples.ts';
import { isConditionalRead, replyHeaders, requestHeaders } from './headers.ts';
import { type FaultIndex, problemResponses } from './problems.ts';

/** One operation of the document, all of it from its contract entry. */
export function operation(entry: Endpoint, faults: FaultIndex): ZodOpenApiOperationObject {
  const { name, domain, summary, auth, path, query, body } = entry;
  const header = requestHeaders(entry);
  const description = descriptionOf(entry);
  return {
    operationId: name,
    tags: [domain],
    summary,
    ...(description && { description }),
    security: securityOf(entry),
    requestParams: { ...(path && { path }), ...(query && { query }), ...(header && { header }) },
    ...(body && { requestBody: { required: true, content: { 'application/json': media(body, 'input') } } }),
    responses: { ...goodReplies(entry), ...problemResponses(entry, faults) },
    ...(auth === 'team' && { 'x-required-role': entry.role ?? 'viewer' }),
    ...(entry.scope && { 'x-required-scope': entry.scope }),
    ...(entry.audit && { 'x-audited-as': entry.audit }),
  };
}

/** An API key will do where the entry has a scope; scopes of a bearer are allowed since OpenAPI 3.1. */
function securityOf({ auth, scope }: Endpoint): Record<string, string[]>[] {
  if (auth === 'none') return [];
  return [{ session: [] }, ...(scope ? [{ apiKey: [scope] }] : [])];
}

function descriptionOf({ description, auth, role = 'viewer', scope, audit }: Endpoint): string | undefined {
  const lowestRole = auth === 'team' && `Needs the role \`${role}\` or a higher one.`;
  const keys = auth === 'team' && (scope ? `API keys need the scope \`${scope}\`.` : 'API keys are refused.');
  const recorded = audit !== undefined && `Goes into the audit log as \`${audit}\`.`;
  const rules = [lowestRole, keys, recorded].filter(Boolean).join(' ');
  return [description, rules].filter(Boolean).join('\n\n') || undefined;
}

const outcome = {
  200: 'Done',
  201: 'Made',
  202: 'Taken on; it goes on in the background',
  204: 'Done',
  303: 'Goes on elsewhere',
} as const;

function goodReplies(entry: Endpoint): ZodOpenApiOperationObject['responses'] {
  const { status, body, contentType } = entry.reply;
  const facts = { counted: true, ran: true, isDone: true, tagged: body !== undefined, waits: false };
  const headers = replyHeaders(entry, facts);
  const content = body && {
    [contentType ?? 'application/json']: contentType ? { schema: body } : media(body, 'output'),
  };
  return {
    [`${status}`]: { description: outcome[status], headers, ...(content && { content }) },
    ...(isConditionalRead(entry) && { 304: { description: 'Not modified: the copy you have is current', headers } }),
  };
}

function media(schema: z.ZodType, io: 'input' | 'output'): ZodOpenApiMediaTypeObject {
  const named = examplesOf(schema, io);
  if (!named) return { schema, example: exampleOf(schema, io) };
  const examples = Object.entries(named).map(([name, value]) => [name, { value }]);
  return { schema, examples: Object.fromEntries(examples) };
}
