import fc from 'fast-check';
import type { Shape } from './shape.ts';

type Words = Readonly<Record<string, readonly string[]>>;
/** Values that mean something to the API: ids by their kind, own and foreign, and texts by the name of their field. */
export type Known = { ids: Words; foreignIds: Words; texts: Words };

/** Values of a shape; nearly all are valid, for refinements are not part of a shape. */
export function valuesOf(shape: Shape, known: Known, field = ''): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'object': {
      const fields = Object.entries(shape.fields).map(([name, one]) => [name, valuesOf(one, known, name)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: [...shape.required], noNullPrototype: true });
    }
    case 'record':
      return fc.dictionary(plainText(1, 20), valuesOf(shape.value, known, field), {
        maxKeys: 3,
        noNullPrototype: true,
      });
    case 'list': {
      const [item, bounds] = [
        valuesOf(shape.item, known, field),
        { minLength: shape.min, maxLength: Math.min(shape.max, 4) },
      ];
      const selector = (value: unknown) => JSON.stringify(value);
      return fc.oneof({ weight: 3, arbitrary: fc.uniqueArray(item, { ...bounds, selector }) }, fc.array(item, bounds));
    }
    case 'choice':
      return fc.oneof(...shape.options.map((option) => valuesOf(option, known, field)));
    case 'fixed':
      return fc.constantFrom(...shape.values);
    case 'number': {
      const { isWhole, min, max } = shape;
      return isWhole ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
    }
    case 'id':
      return preferring(
        known.ids[shape.prefix],
        preferring(known.foreignIds[shape.prefix], fc.stringMatching(new RegExp(shape.pattern)), 1),
      );
    case 'text':
      return preferring(known.texts[field], textOf(shape));
  }
}

const preferring = (known: readonly string[] | undefined, other: fc.Arbitrary<string>, weight = 8) =>
  known && known.length > 0 ? fc.oneof({ weight, arbitrary: fc.constantFrom(...known) }, other) : other;

/** Long enough to matter, short enough to send thousands. */
const longestText = 400;

function textOf({ min, max, pattern, format, example }: Extract<Shape, { kind: 'text' }>): fc.Arbitrary<string> {
  if (format === 'email') return fc.emailAddress();
  if (format === 'uri') return fc.constantFrom(...servers);
  if (format === 'date-time') return instant;
  const text = pattern ? fc.stringMatching(new RegExp(pattern)) : plainText(min, Math.min(max, longestText));
  return example === undefined ? text : fc.oneof({ weight: 3, arbitrary: fc.constant(example) }, text);
}

const plainText = (minLength: number, maxLength: number) =>
  fc.oneof(
    fc.string({ minLength, maxLength, unit: 'grapheme' }),
    fc.string({ minLength, maxLength: Math.min(maxLength, 20), unit: 'binary' }),
  );

/** Addresses of every sort that answer at once, if only with a refusal: no request leaves this machine. */
const servers = [
  'http://127.0.0.1:9',
  'https://127.0.0.1:9/path?query#part',
  'http://user:secret@127.0.0.1:9',
  'http://[::1]:9',
  'http://0.0.0.0:9',
  'http://localhost:9',
  'http://localhost/return',
  'https://app.example.com/connected',
  'ftp://127.0.0.1/',
  'javascript:alert(1)',
  'urn:something',
];

const instant = fc.oneof(
  fc
    .date({ min: new Date('2026-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  fc.constantFrom(
    '2035-01-31T09:30:00+14:00',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2035-01-31T09:30:00',
  ),
);

type Spoiling =
  | { kind: 'replace'; with: unknown }
  | { kind: 'add'; name: string; with: unknown }
  | { kind: 'leave out' };

/** A value with something wrong at one place of it, mostly. */
export const spoiled = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(value, fc.array(fc.nat(9), { maxLength: 3 }), spoiling).map(([one, way, how]) => spoil(one, way, how));

const fieldNames = fc.oneof(
  fc.constantFrom('constructor', 'toString', 'pk', 'teamId', ''),
  fc.string({ maxLength: 8 }),
);
const spoiling: fc.Arbitrary<Spoiling> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), with: fc.jsonValue({ maxDepth: 3 }) }),
  fc.record({
    kind: fc.constant('replace' as const),
    with: fc.constantFrom('', ' ', '\u0000', 'x'.repeat(9000), -1, 1e300, null),
  }),
  fc.record({ kind: fc.constant('add' as const), name: fieldNames, with: fc.jsonValue({ maxDepth: 1 }) }),
  fc.record({ kind: fc.constant('leave out' as const) }),
);

function spoil(value: unknown, [turn, ...onward]: readonly number[], how: Spoiling): unknown {
  const isInner = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (turn === undefined || !isInner) {
    if (how.kind === 'replace') return how.with;
    return how.kind === 'add' && isInner ? { ...value, [how.name]: how.with } : value;
  }
  const entries = Object.entries(value);
  const at = turn % entries.length;
  const changed = entries.flatMap(([name, one], place) => {
    if (place !== at) return [[name, one] as const];
    return how.kind === 'leave out' && onward.length === 0 ? [] : [[name, spoil(one, onward, how)] as const];
  });
  return Array.isArray(value) ? changed.map(([, one]) => one) : Object.fromEntries(changed);
}
