import openapiTypes, { astToString } from 'openapi-typescript';
import * as z from 'zod';

const Content = z.record(z.string(), z.looseObject({ schema: z.unknown() }));
const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.unknown()),
  parameters: z.array(z.looseObject({ $ref: z.string().optional() })).default([]),
  requestBody: z.object({ required: z.boolean(), content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content.optional() })),
});
type Operation = z.infer<typeof Operation>;
const Document = z.object({
  openapi: z.string(),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    parameters: z.record(z.string(), z.unknown()),
  }),
});

/** What has a default may be left out of a request. */
const options = { defaultNonNullable: false };

/** src/api.ts: the types of the API as the client offers them, and what it must know of operations while it runs. */
export async function generatedApi(openapi: string): Promise<string> {
  const { paths, ...document } = Document.parse(JSON.parse(openapi));
  const slimPaths = mapValues(paths, (methods) => mapValues(methods, slim));
  const types = await openapiTypes(JSON.stringify({ ...document, paths: slimPaths }), options);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  const namesOf = (isOne: (operation: Operation) => boolean) =>
    operations.filter(({ operation }) => isOne(operation)).map(({ name }) => name);
  return [
    '// Written by `npm run openapi` from docs/openapi.json.',
    astToString(types).trimEnd(),
    list(
      'openOperations',
      'Operations that need no caller.',
      namesOf(({ security }) => security.length === 0),
    ),
    list('keyedOperations', 'Operations that take an `Idempotency-Key`.', namesOf(takesKey)),
    '',
  ].join('\n');
}

const parameter = (name: string) => `#/components/parameters/${name}`;
const takesKey = ({ parameters }: Operation) => parameters.some(({ $ref }) => $ref === parameter('IdempotencyKey'));

/** What the client adds by itself, and what it leaves to the browser. */
const ownParameters = [parameter('TeamId'), parameter('IfNoneMatch')];

/** Without refusals, which the client throws, and without what says nothing about types. */
function slim(operation: Operation): Operation {
  const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  return {
    ...operation,
    parameters: operation.parameters.filter(({ $ref = '' }) => !ownParameters.includes($ref)),
    ...(operation.requestBody && { requestBody: withoutExamples(operation.requestBody) }),
    responses: mapValues(Object.fromEntries(good), withoutExamples),
  };
}

function withoutExamples<Part extends { content?: z.infer<typeof Content> | undefined }>(part: Part): Part {
  return part.content ? { ...part, content: mapValues(part.content, ({ schema }) => ({ schema })) } : part;
}

const mapValues = <Value, Mapped>(record: Record<string, Value>, map: (value: Value) => Mapped) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

const list = (name: string, says: string, values: readonly string[]) =>
  [`/** ${says} */`, `export const ${name}: readonly string[] = ${JSON.stringify(values, null, 2)};`].join('\n');
