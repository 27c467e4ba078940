import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Domain } from '../../functions/runtime/contract.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { pathPrefix, routeOf } from '../routes.ts';
import { namedSchemas } from './named-schemas.ts';
import { operation } from './operation.ts';
import { type FaultIndex, faultIndex, GatewayRefusal, problemExamples, problemSchemas } from './problems.ts';
import { securitySchemes } from './security.ts';

const conventions = `JSON in, JSON out. Instants are ISO 8601 with \`Z\` or an offset; times without a zone are refused, and so are unknown fields and parameters.

**Callers.** Sign in with \`POST /v1/auth/login\` and send \`Authorization: Bearer …\`; operations of a team need \`X-Team-Id\` too. An API key goes where the access token goes.

**Refusals** are \`application/problem+json\` (RFC 9457) with a stable \`code\`. The gateway says some things by itself, as JSON with a \`message\`: 401 without \`Authorization\` or a needed \`X-Team-Id\`, 404 for an unknown route, 413 for more than 10 MB, 429 when the whole API is flooded, 503 when an operation took too long.

**Lists** answer \`{ items, next }\`: pass \`next\` as \`cursor\` for the page that follows; it is null on the last.

**Versions.** Replies carry an \`ETag\`. Send it as \`If-Match\` with a change, and the change is refused with 412 if somebody else was faster.

**Safe repetition.** A POST with an \`Idempotency-Key\` is done once, however often it is sent.

**Limits.** \`RateLimit\` tells what is left of the team's plan; past it, 429 with \`Retry-After\`.

The API grows without notice: new operations, new optional fields of requests, new fields and codes in replies. Clients must bear them.`;

/** The whole API as an OpenAPI document, from the contracts. */
async function openapiDocument(domains: readonly Domain[], version: string) {
  const faults = faultIndex(domains);
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'ClientNest API',
        version,
        description: conventions,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: pathPrefix }],
      tags: domains
        .filter(({ endpoints }) => endpoints)
        .map(({ name, description }) => ({ name, ...(description && { description }) })),
      paths: pathsOf(domains, faults),
      components: {
        schemas: { ...(await namedSchemas(domains)), ...problemSchemas(faults), GatewayRefusal },
        examples: problemExamples(faults),
        securitySchemes: securitySchemes(domains),
      },
    },
    { override: ({ jsonSchema, io }) => mend(jsonSchema, io) },
  );
  return withoutUnused(document);
}

/** Contracts export some schemas for other code only; a reader need not see them. */
function withoutUnused(document: ReturnType<typeof createDocument>) {
  const { schemas = {}, ...components } = document.components ?? {};
  const text = JSON.stringify(document);
  const used = Object.entries(schemas).filter(([name]) => text.includes(`"#/components/schemas/${name}"`));
  return { ...document, components: { ...components, schemas: Object.fromEntries(used) } };
}

function pathsOf(domains: readonly Domain[], faults: FaultIndex): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const entry of domains.flatMap(({ endpoints }) => Object.values(endpoints ?? {}))) {
    const { method, path } = routeOf(entry);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(entry, faults) };
  }
  return paths;
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
  `${JSON.stringify(await openapiDocument(domains, packageJson.version), openReferences, 2)}\n`;

/** Beside a reference, `additionalProperties` would refuse all that the schema behind the reference declares. */
function openReferences(_: string, value: unknown) {
  if (typeof value !== 'object' || value === null || !('$ref' in value && 'additionalProperties' in value))
    return value;
  const { additionalProperties: __, ...reference } = value;
  return reference;
}
