import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import { isIdempotent, queues } from '../../functions/runtime/contract.ts';
import { commonFaults } from '../../functions/runtime/fault.ts';
import { deployedFunctions } from '../../lib/deployed-functions.ts';
import { sourceFiles } from '../support/source.ts';

const root = resolve(import.meta.dirname, '../..');
const endpoints = domains.flatMap((domain) => Object.values(domain.endpoints ?? {}));
const workers = domains.flatMap((domain) => Object.values(domain.workers ?? {}));
const subscribers = domains.flatMap((domain) => Object.values(domain.subscribers ?? {}));
/** The gateway asks authorizers in a way of its own: no wrapper makes their handlers. */
const authorizers = domains.flatMap((domain) => Object.values(domain.authorizers ?? {}));
const all = deployedFunctions(domains);
const repeated = (values: readonly string[]) => values.filter((value, place) => values.indexOf(value) !== place);

/** Objects within a JSON schema that would take fields nobody declared, by their place. */
function openObjects(schema: unknown, place: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const isOpen = 'properties' in schema && !('additionalProperties' in schema && schema.additionalProperties === false);
  const inner = Object.entries(schema).flatMap(([name, part]) => openObjects(part, `${place}.${name}`));
  return isOpen ? [place, ...inner] : inner;
}
const inputSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

describe.each(all.map((entry) => [`${entry.domain}.${entry.name}`, entry] as const))('%s', (_, entry) => {
  const { domain, file, name } = entry;
  const source = sourceFiles(`functions/${domain}`).find(({ path }) => path === file)?.text ?? '';

  test('has a file of its name that exports its handler', async () => {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(await import(join(root, file))).toHaveProperty('handler', expect.any(Function));
  });

  test.skipIf(authorizers.some((one) => one.file === file))('is what its handler is made from', () => {
    expect(source).toMatch(
      new RegExp(`= (endpoint|plainEndpoint|worker|timer|subscriber|streamReader)\\(\\s*\\w+\\.${name},`),
    );
  });

  test('has a test of its name', () => {
    expect(existsSync(join(root, `tests/${domain}/${basename(file, '.ts')}.test.ts`))).toBe(true);
  });
});

describe('entries', () => {
  test('are of the domain that lists them, under one name each', () => {
    const strangers = domains.flatMap(({ name, endpoints = {}, workers = {}, timers = {} }) =>
      Object.entries({ ...endpoints, ...workers, ...timers }).filter(
        ([key, entry]) => entry.domain !== name || entry.name !== key,
      ),
    );
    expect(strangers).toEqual([]);
    expect(repeated(all.map(({ file }) => file))).toEqual([]);
    expect(repeated(all.map(({ name }) => name))).toEqual([]);
  });

  test('name permissions once', () => {
    expect(all.filter(({ needs }) => repeated(needs).length > 0)).toEqual([]);
  });

  test('name assets that exist', () => {
    const { resolve: packageFile } = createRequire(join(root, 'package.json'));
    const assets = all.flatMap((entry) => entry.assets ?? []);
    expect(assets.filter((asset) => !existsSync(join(root, asset)) && !existsSync(packageFile(asset)))).toEqual([]);
  });
});

describe('endpoints', () => {
  test('have a route each', () => {
    expect(repeated(endpoints.map(({ route }) => route.replace(/\{[^}]+\}/g, '{}')))).toEqual([]);
  });

  test('write their route once', () => {
    const texts = sourceFiles('functions').map(({ text }) => text);
    const times = (route: string) => texts.join('\n').split(`'${route}'`).length - 1;
    expect(endpoints.filter(({ route }) => times(route) !== 1).map(({ route }) => route)).toEqual([]);
  });

  test.each(endpoints.map((entry) => [entry.route, entry] as const))(
    '%s parses just the parameters of its path',
    (route, { path }) => {
      const inRoute = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(path?.shape ?? {}).toSorted()).toEqual(inRoute.toSorted());
    },
  );

  test('take ids in their paths, not any text', () => {
    const Path = z.object({ properties: z.record(z.string(), z.object({ pattern: z.string().optional() })) });
    const loose = endpoints.flatMap(({ route, path }) => {
      const parameters = Object.entries(path ? Path.parse(inputSchema(path)).properties : {});
      return parameters
        .filter(([name, { pattern }]) => name.endsWith('Id') && !pattern)
        .map(([name]) => `${route}: ${name}`);
    });
    expect(loose).toEqual([]);
  });

  /** Platforms add to an address what they like. */
  const written = (name: string, part: string) => name === 'receiveConsent' && part === 'query';

  test('refuse unknown fields at every depth of body and query', () => {
    const open = endpoints.flatMap(({ name, body, query }) =>
      Object.entries({ body, query }).flatMap(([part, schema]) =>
        schema && !written(name, part) ? openObjects(inputSchema(schema), `${name} ${part}`) : [],
      ),
    );
    expect(open).toEqual([]);
  });

  test('the check of unknown fields sees open objects', () => {
    const open = z.strictObject({ a: z.array(z.union([z.object({ b: z.string() }), z.string()])) });
    expect(openObjects(inputSchema(open), 'body')).toEqual(['body.properties.a.items.anyOf.0']);
  });

  test('have a body where their method sends one, and only there', () => {
    const wrong = endpoints.filter(({ route, body }) => body !== undefined && /^(GET|DELETE) /.test(route));
    expect(wrong.map(({ route }) => route)).toEqual([]);
  });

  test('answer nothing with 204 and 303, and something otherwise', () => {
    const wrong = endpoints.filter(({ reply }) => [204, 303].includes(reply.status) !== (reply.body === undefined));
    expect(wrong.map(({ route }) => route)).toEqual([]);
  });

  test('ask for a role in a team only', () => {
    expect(endpoints.filter(({ auth, role }) => role !== undefined && auth !== 'team')).toEqual([]);
  });

  test('declare the refusal of too many attempts where they count them', () => {
    const counting = endpoints.filter(({ throttle }) => throttle);
    expect(counting.filter(({ throttle, faults }) => !faults.includes(throttle?.refusal.code ?? ''))).toEqual([]);
  });

  test('need the key of cursors where they take one', () => {
    const paged = endpoints.filter(({ query }) => query && 'cursor' in query.shape);
    expect(paged.filter(({ needs }) => !needs.includes('cursor')).map(({ route }) => route)).toEqual([]);
  });
});

test('operations whose bodies hold secrets keep nothing of a call', () => {
  const holdsSecret = (schema: z.ZodType | undefined, io: 'input' | 'output') =>
    schema !== undefined &&
    /"(\w*[sS]ecret|\w*[tT]oken|\w*[pP]assword)":/.test(
      JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' })),
    );
  const keeping = endpoints
    .filter(isIdempotent)
    .filter(({ body, reply }) => holdsSecret(body, 'input') || holdsSecret(reply.body, 'output'));
  expect(keeping.map(({ name }) => name)).toEqual([]);
});

describe('faults', () => {
  const declared = domains.flatMap(({ faults = {} }) => Object.values(faults));

  test('of endpoints are in a catalogue', () => {
    const known = new Set(declared.map(({ code }) => code));
    expect(endpoints.flatMap(({ faults }) => faults).filter((code) => !known.has(code))).toEqual([]);
  });

  test('of catalogues are named by an endpoint', () => {
    const used = new Set(endpoints.flatMap(({ faults }) => faults));
    expect(declared.map(({ code }) => code).filter((code) => !used.has(code))).toEqual([]);
  });

  test('have a code each, of the form noun.what_went_wrong', () => {
    const codes = [...declared, ...Object.values(commonFaults)].map(({ code }) => code);
    expect(repeated(codes)).toEqual([]);
    expect(codes.filter((code) => !/^[a-z_]+\.[a-z_]+$/.test(code))).toEqual([]);
  });
});

describe('background work', () => {
  test('each queue has one worker', () => {
    expect(workers.map(({ queue }) => queue).toSorted()).toEqual(Object.keys(queues).toSorted());
  });

  const events = domains.flatMap((domain) => Object.values(domain.events ?? {}));
  test('subscribers wait for events that a domain declares', () => {
    expect(subscribers.filter(({ on }) => !events.includes(on)).map(({ name }) => name)).toEqual([]);
  });

  test('events and messages may grow: a reader of yesterday bears a field of today', () => {
    const schemas = [...events.map(({ data }) => data), ...workers.map(({ body }) => body)];
    const closed = schemas.filter((schema) =>
      JSON.stringify(inputSchema(schema)).includes('"additionalProperties":false'),
    );
    expect(closed).toEqual([]);
  });

  test('events have a type each', () => {
    expect(repeated(events.map(({ type }) => type))).toEqual([]);
  });
});
