import fc from 'fast-check';
import { type Known, spoiled, valuesOf } from './arbitrary-value.ts';
import type { HttpRequest } from './http-client.ts';
import { type Operation, type Part, type RequestParts, requestOf } from './operations.ts';

/** Who sends it: `caller` may do everything that the operation's contract leaves to anyone. */
export const senders = ['caller', 'viewer', 'stranger', 'forger', 'nobody'] as const;
export type Sender = (typeof senders)[number];

/** `text` is sent in place of the body. */
export type Attempt = { sender: Sender; request: HttpRequest; parts: RequestParts; text: string | undefined };

const often = <Value>(arbitrary: fc.Arbitrary<Value>) => ({ weight: 12, arbitrary });
const seldom = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.oneof(often(fc.constant(undefined)), arbitrary);
const sender = fc.oneof(often(fc.constant<Sender>('caller')), ...senders.map((one) => fc.constant(one)));

/** Requests to an operation, valid and not, from anyone, with and without the headers that it knows. */
export function attemptAt(operation: Operation, known: Known): fc.Arbitrary<Attempt> {
  const { entry } = operation;
  return fc
    .record({
      sender,
      path: part(operation, 'path', known).map((value) => pathTexts(operation, value)),
      query: part(operation, 'query', known).map(texts),
      body: part(operation, 'body', known),
      text: entry.body ? seldom(brokenText) : fc.constant(undefined),
      headers: headersOf(operation),
    })
    .map(({ sender, path, query, body, text, headers }): Attempt => {
      const parts = { path, query, ...(entry.body && { body }) };
      const request = requestOf(operation, parts);
      const sent = { ...request, headers: { ...request.headers, ...headers }, body: text ?? request.body };
      return { sender, parts, text, request: sent };
    });
}

function part({ shapes }: Operation, name: Part, known: Known): fc.Arbitrary<unknown> {
  const shape = shapes[name];
  if (!shape) return name === 'query' ? fc.oneof(often(fc.constant({})), unknownQuery) : fc.constant({});
  const value = valuesOf(shape, known);
  return fc.oneof({ weight: 4, arbitrary: value }, spoiled(value));
}

const unknownQuery = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string(), {
  maxKeys: 2,
  noNullPrototype: true,
});

/** No JSON, JSON that nests too deep, and more than is taken. */
const brokenText = fc.oneof(
  fc.string(),
  fc.constantFrom('{"text":', '[1,]', 'null', '""', '\u0000', '['.repeat(5000), `{"a":"${'x'.repeat(300_000)}"}`),
  fc.json({ maxDepth: 2 }),
);

const etag = fc.oneof(
  fc.constantFrom('*', '"1.AAAAAAAAAAAAAAAA"', '"2.AAAAAAAAAAAAAAAA"', 'W/"AAAAAAAAAAAAAAAA"', '""'),
  fc.stringMatching(/^[!-~]{0,20}$/),
);
const key = fc.oneof(fc.uuid(), fc.stringMatching(/^[!-~]{1,30}$/), fc.constantFrom('', 'k'.repeat(256)));

function headersOf({ entry }: Operation): fc.Arbitrary<Record<string, string>> {
  const isRead = entry.route.startsWith('GET ');
  const known = { 'idempotency-key': seldom(key), 'if-match': seldom(etag), 'if-none-match': seldom(etag) };
  const { 'if-none-match': ifNoneMatch, ...ofChanges } = known;
  return fc
    .record<Record<string, string | undefined>>(isRead ? { 'if-none-match': ifNoneMatch } : ofChanges)
    .map((headers) =>
      Object.fromEntries(Object.entries(headers).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]))),
    );
}

/** Longer ones are cut off by servers on the way. */
const longest = 1000;

const texts = (value: unknown): Record<string, string> => {
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  return Object.fromEntries(fields.map(([name, one]) => [name, asText(one)]));
};
const asText = (value: unknown) =>
  (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, longest).toWellFormed();

/** Every segment is there: without one, or with one of dots, it would be another path. */
function pathTexts({ entry }: Operation, value: unknown): Record<string, string> {
  const given = texts(value);
  const names = Object.keys(entry.path?.shape ?? {});
  return Object.fromEntries(
    names.map((name) => [name, /^\.*$/.test(given[name] ?? '') ? 'none' : (given[name] ?? '')]),
  );
}
