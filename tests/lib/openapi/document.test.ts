import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../../functions/contracts.ts';
import { isIdempotent } from '../../../functions/runtime/contract.ts';
import { documentText } from '../../../lib/openapi/document.ts';
import { namedSchemas } from '../../../lib/openapi/named-schemas.ts';

const Content = z.record(z.string(), z.looseObject({ schema: z.unknown() }));
const Operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()),
  parameters: z.array(z.looseObject({ $ref: z.string().optional() })).default([]),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ headers: z.record(z.string(), z.unknown()).optional(), content: Content.optional() }),
  ),
});
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

const text = await documentText(domains);
const document = Document.parse(JSON.parse(text));
const entries = domains.flatMap(({ endpoints }) => Object.values(endpoints ?? {}));
const operations = entries.map((entry) => {
  const [method = '', path = ''] = entry.route.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${entry.route} is not in the document`);
  const parameters = operation.parameters.map(({ $ref }) => $ref?.split('/').at(-1));
  const headersOf = (status: number | string) => Object.keys(operation.responses[String(status)]?.headers ?? {});
  return { ...entry, operation, parameters, headersOf };
});
const cases = operations.map((one) => [one.route, one] as const);

/** Every object in the document, with the path to it. */
function* nodes(value: unknown, path = '#'): Generator<[path: string, node: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [key, child] of Object.entries(value)) yield* nodes(child, `${path}/${key.replaceAll('/', '~1')}`);
}
const all = new Map(nodes(document));

/** A schema of the document as one of its own, its references within reach. */
function standalone(schema: unknown): z.ZodType {
  const whole = { ...z.record(z.string(), z.unknown()).parse(schema), $defs: document.components.schemas };
  return z.fromJSONSchema(JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')));
}

test('says where a browser is sent on to, and that nothing else is answered', () => {
  const [redirect] = operations.filter(({ reply }) => reply.status === 303);
  expect(redirect?.headersOf(303)).toEqual(['X-Request-Id', 'Location']);
  expect(redirect?.headersOf(422)).toEqual(['X-Request-Id']);
  expect(redirect?.operation.responses['303']?.content).toBeUndefined();
});

describe('docs/openapi.json', () => {
  test('is current; if it is not: npm run openapi', () => {
    expect(readFileSync('docs/openapi.json', 'utf8') === text).toBe(true);
  });

  test('has each endpoint once, named as its contract entry', () => {
    expect(operations.map(({ operation }) => operation.operationId)).toEqual(entries.map(({ name }) => name));
    const documented = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(documented).toHaveLength(entries.length);
  });

  test('says what the operations of each domain are about', () => {
    const withEndpoints = domains.filter(({ endpoints }) => endpoints);
    expect(document.tags.map(({ name }) => name)).toEqual(withEndpoints.map(({ name }) => name));
  });

  test('refers to nothing that is not there, and holds nothing that nobody refers to', () => {
    const refs = [...all.values()].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(refs.length).toBeGreaterThan(0);
    expect(refs.filter((ref) => !all.has(ref))).toEqual([]);
    const names = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(names.filter((name) => !refs.includes(name))).toEqual([]);
  });

  test('names the schemas that contracts export', () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(expect.arrayContaining(['Post', 'NewPost', 'Connection', 'Session', 'Problem']));
  });
});

describe('operations', () => {
  test.each(cases)('%s: who may call it', (_, { auth, role = 'viewer', scope, operation, parameters }) => {
    const session = { session: [] };
    const expected = { none: [], user: [session], team: scope ? [session, { apiKey: [scope] }] : [session] };
    expect(operation.security).toEqual(expected[auth]);
    expect(parameters.includes('TeamId')).toBe(auth === 'team');
    expect(operation['x-required-role']).toBe(auth === 'team' ? role : undefined);
    expect(operation['x-required-scope']).toBe(scope);
  });

  test.each(cases)('%s: how it answers and refuses', (_, { reply, faults: declared, operation }) => {
    const content = operation.responses[String(reply.status)]?.content ?? {};
    expect(Object.keys(content)).toHaveLength(reply.body ? 1 : 0);
    for (const code of [...declared, 'internal.error'])
      expect(JSON.stringify(operation.responses)).toContain(`#/components/examples/${code}`);
  });

  test.each(cases)('%s: its headers', (_, entry) => {
    const { auth, route, reply, operation, parameters, headersOf } = entry;
    const isRead = route.startsWith('GET ') && reply.body !== undefined;
    for (const status of Object.keys(operation.responses)) expect(headersOf(status)).toContain('X-Request-Id');
    expect(headersOf(reply.status).includes('RateLimit')).toBe(auth === 'team');
    expect(headersOf(reply.status).includes('ETag')).toBe(reply.body !== undefined);
    expect(headersOf(reply.status).includes('Idempotent-Replayed')).toBe(isIdempotent(entry));
    expect(parameters.includes('IdempotencyKey')).toBe(isIdempotent(entry));
    expect(parameters.includes('IfNoneMatch')).toBe(isRead);
    expect('304' in operation.responses).toBe(isRead);
    expect('412' in operation.responses).toBe(parameters.includes('IfMatch'));
    if ('429' in operation.responses) expect(headersOf(429)).toContain('Retry-After');
  });

  test('take `If-Match` where a thing that is there is changed', () => {
    const names = operations.filter(({ parameters }) => parameters.includes('IfMatch')).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['updatePost', 'deletePost', 'publishPost', 'updateMe']));
    expect(names).not.toContain('createPost');
    expect(names).not.toContain('getPost');
  });
});

describe('examples', () => {
  const bodies = operations.flatMap(({ route, operation }) =>
    [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
      Object.entries(part?.content ?? {}).map(([type, media]) => {
        return { route, type, media, isRequest: part === operation.requestBody };
      }),
    ),
  );
  const given = bodies.flatMap(({ route, isRequest, media: { schema, example, examples } }) => {
    const named = Object.values(z.record(z.string(), z.looseObject({})).parse(examples ?? {}));
    const values = named.map((one) => ('$ref' in one ? all.get(String(one.$ref))?.value : one.value));
    return [...values, ...(example === undefined ? [] : [example])].map((value) => ({
      route,
      isRequest,
      schema,
      value,
    }));
  });

  test('are given for every JSON body', () => {
    const bare = bodies.filter(({ type, media }) => type.includes('json') && !media.example && !media.examples);
    const unexplained = bare.filter(
      ({ media }) => JSON.stringify(media.schema) !== '{"$ref":"#/components/schemas/GatewayRefusal"}',
    );
    expect(unexplained.map(({ route }) => route)).toEqual(['GET /openapi.json']);
  });

  test('of bodies fit their schemas', () => {
    expect(given.length).toBeGreaterThan(entries.length);
    const misfits = given.filter(({ schema, value }) => !standalone(schema).safeParse(value).success);
    expect(misfits.map(({ route, value }) => `${route}: ${JSON.stringify(value)}`)).toEqual([]);
  });

  test('of bodies are taken by the contracts themselves', () => {
    const bodyOf = new Map(entries.map(({ route, body }) => [route, body]));
    const sent = given.filter(({ isRequest }) => isRequest);
    expect(sent.length).toBeGreaterThan(10);
    const refused = sent.filter(({ route, value }) => !bodyOf.get(route)?.safeParse(value).success);
    expect(refused.map(({ route }) => route)).toEqual([]);
  });

  test('of fields, parameters and headers fit their schemas', () => {
    const withExamples = [...all].filter(([, { examples }]) => Array.isArray(examples));
    expect(withExamples.length).toBeGreaterThan(0);
    const misfits = withExamples.flatMap(([path, { examples, ...schema }]) =>
      z
        .array(z.unknown())
        .parse(examples)
        .filter((one) => !standalone(schema).safeParse(one).success)
        .map(() => path),
    );
    expect(misfits).toEqual([]);
  });
});

test('two schemas of one name are refused', async () => {
  const [posts] = domains.filter(({ name }) => name === 'posts');
  if (!posts) throw new Error('no posts');
  await expect(namedSchemas([posts, posts])).rejects.toThrow('two contracts export a schema ConnectionIds');
});
