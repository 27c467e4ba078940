import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import { faults } from '../../functions/runtime/fault.ts';
import { documentText } from '../../lib/openapi/document.ts';
import { namedSchemas } from '../../lib/openapi/named-schemas.ts';
import { faultCatalog, problemResponses } from '../../lib/openapi/problems.ts';
import { sampleDomain } from '../support/sample-domain.ts';

const Operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()),
  parameters: z.array(z.looseObject({ in: z.string().optional(), name: z.string().optional() })).default([]),
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.unknown()).optional() })),
});
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

const text = await documentText(domains);
const document = Document.parse(JSON.parse(text));
const entries = domains.flatMap(({ endpoints }) => Object.values(endpoints ?? {}));
const operationOf = (route: string) => {
  const [method = '', path = ''] = route.split(' ');
  return document.paths[path]?.[method.toLowerCase()];
};

/** Every object in the document, with the path to it. */
function* nodes(value: unknown, path = '#'): Generator<[path: string, node: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [key, child] of Object.entries(value)) yield* nodes(child, `${path}/${key.replaceAll('/', '~1')}`);
}
const all = new Map(nodes(document));

describe('docs/openapi.json', () => {
  test('is current; if it is not: npm run openapi', () => {
    expect(readFileSync('docs/openapi.json', 'utf8') === text).toBe(true);
  });

  test('has each endpoint once, named as its contract entry', () => {
    expect(entries.map(({ route }) => operationOf(route)?.operationId)).toEqual(entries.map(({ name }) => name));
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations).toHaveLength(entries.length);
  });

  test.each(entries)('$route tells who may call and how it refuses', ({ route, auth, reply, faults: declared }) => {
    const operation = operationOf(route);
    expect(operation?.security).toEqual(auth === 'none' ? [] : [{ accessToken: [] }]);
    const refs = JSON.stringify(operation?.parameters);
    expect(refs.includes('#/components/parameters/TeamId')).toBe(auth === 'team');
    const responses = operation?.responses ?? {};
    expect(Object.keys(responses[String(reply.status)]?.content ?? {})).toHaveLength(reply.body ? 1 : 0);
    for (const code of [...declared, 'internal.error'])
      expect(JSON.stringify(responses)).toContain(`#/components/examples/${code}`);
  });

  test('refers to nothing that is not there', () => {
    const refs = [...all.values()].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(refs.length).toBeGreaterThan(0);
    expect(refs.filter((ref) => !all.has(ref))).toEqual([]);
  });

  test('names the schemas that contracts export', () => {
    expect([...all.keys()]).toEqual(
      expect.arrayContaining(
        ['Post', 'NewPost', 'Connection', 'Session', 'Problem'].map((s) => `#/components/schemas/${s}`),
      ),
    );
  });

  test('gives examples that fit their schemas', () => {
    const withExamples = [...all].filter(([, { examples }]) => Array.isArray(examples));
    expect(withExamples.length).toBeGreaterThan(0);
    for (const [path, { examples, ...schema }] of withExamples)
      for (const example of z.array(z.unknown()).parse(examples))
        expect(z.fromJSONSchema(schema).safeParse(example).success, path).toBe(true);
  });
});

describe('the generator', () => {
  test('refuses two schemas of one name', async () => {
    const [posts] = domains.filter(({ name }) => name === 'posts');
    if (!posts) throw new Error('no posts');
    await expect(namedSchemas([posts, posts])).rejects.toThrow('two contracts export a schema PublicationState');
  });

  test('refuses a fault that no contract explains', () => {
    const [entry] = Object.values(sampleDomain.endpoints ?? {});
    if (!entry) throw new Error('no endpoint');
    const catalog = faultCatalog([{ name: 'other', faults: faults({}) }]);
    expect(() => problemResponses({ ...entry, faults: ['note.gone'] }, catalog, z.object({}))).toThrow('note.gone');
  });
});
