import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Domain, Endpoint } from '../../functions/runtime/contract.ts';
import type { FaultEntry } from '../../functions/runtime/fault.ts';
import { idOf } from '../../functions/runtime/ids.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { pathPrefix, routeOf } from '../routes.ts';
import { namedSchemas } from './named-schemas.ts';
import { faultCatalog, Problem, problemExamples, problemResponses } from './problems.ts';

const teamHeader = z.object({
  'X-Team-Id': idOf('team').meta({
    description: 'The team to act for; one of those listed by `GET /v1/me`.',
    param: { id: 'TeamId' },
  }),
});
const replyHeaders = z.object({
  'X-Request-Id': z.string().meta({ description: 'Names this request in our logs.', header: { id: 'RequestId' } }),
});

const conventions = `JSON in, JSON out. Instants are ISO 8601 with \`Z\` or an offset; times without a zone are refused, and so are unknown fields.

A refusal is \`application/problem+json\` (RFC 9457) with a stable \`code\`. Lists answer \`{ items, next }\`: pass \`next\` as \`cursor\` for the page that follows.

Sign in with \`POST /v1/auth/login\` and send \`Authorization: Bearer …\`; operations of a team need \`X-Team-Id\` too. Without these headers the gateway answers 401 by itself, with a body that is no problem document.`;

/** The whole API as an OpenAPI document, from the contracts. */
async function openapiDocument(domains: readonly Domain[], version: string) {
  const catalog = faultCatalog(domains);
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'ClientNest API',
        version,
        description: conventions,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: pathPrefix }],
      tags: domains.filter(({ endpoints }) => endpoints).map(({ name }) => ({ name })),
      paths: pathsOf(domains, catalog),
      components: {
        schemas: { ...(await namedSchemas(domains)), Problem },
        examples: problemExamples(catalog),
        securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    { override: ({ jsonSchema, io }) => mend(jsonSchema, io) },
  );
}

function pathsOf(domains: readonly Domain[], catalog: ReadonlyMap<string, FaultEntry>): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const entry of domains.flatMap(({ endpoints }) => Object.values(endpoints ?? {}))) {
    const { method, path } = routeOf(entry);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(entry, catalog) };
  }
  return paths;
}

function operation(entry: Endpoint, catalog: ReadonlyMap<string, FaultEntry>): ZodOpenApiOperationObject {
  const { name, domain, summary, auth, path, query, body, reply } = entry;
  const description = descriptionOf(entry);
  return {
    operationId: name,
    tags: [domain],
    summary,
    ...(description && { description }),
    security: auth === 'none' ? [] : [{ accessToken: [] }],
    requestParams: { ...(path && { path }), ...(query && { query }), ...(auth === 'team' && { header: teamHeader }) },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [`${reply.status}`]: {
        description: outcome[reply.status],
        headers: replyHeaders,
        ...(reply.body && { content: { [reply.contentType ?? 'application/json']: { schema: reply.body } } }),
      },
      ...problemResponses(entry, catalog, replyHeaders),
    },
  };
}

const outcome = { 200: 'Done', 201: 'Made', 202: 'Taken on; it goes on in the background', 204: 'Done' } as const;

function descriptionOf({ description, auth, role = 'viewer' }: Endpoint): string | undefined {
  const lowestRole = auth === 'team' ? `Needs the role ${role} or a higher one.` : undefined;
  return [description, lowestRole].filter(Boolean).join(' ') || undefined;
}

type Mendable = {
  example?: unknown;
  examples?: unknown;
  additionalProperties?: unknown;
  format?: string;
  pattern?: string;
};

/** Brings what zod gives closer to what readers and generated clients need. */
function mend(schema: Mendable, io: 'input' | 'output') {
  // JSON Schema knows a list of examples only.
  if (schema.example !== undefined) {
    schema.examples = [schema.example];
    delete schema.example;
  }
  // Replies may grow: a client must not refuse a field that it does not know.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  // The format says it in one word.
  if (schema.format) delete schema.pattern;
}

/** The document as it lies in docs/openapi.json. */
export const documentText = async (domains: readonly Domain[]) =>
  `${JSON.stringify(await openapiDocument(domains, packageJson.version), null, 2)}\n`;
