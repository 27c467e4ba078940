import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Fault } from '../../functions/runtime/fault.ts';
import { parseInput } from '../../functions/runtime/input.ts';
import { Instant, TimeZone, ZonedTime } from '../../functions/runtime/shapes.ts';

const Note = z.strictObject({
  title: z.string().min(1),
  colour: z.enum(['red', 'blue']),
  at: Instant.optional(),
  zone: TimeZone.optional(),
  tags: z.array(z.strictObject({ name: z.string() })).optional(),
});
const ok = { title: 'x', colour: 'red' };

const Card = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('link'), link: z.strictObject({ url: z.url() }) }),
]);
const Either = z.union([z.strictObject({ name: z.string() }), z.strictObject({ first: z.string(), last: z.string() })]);

const When = z.union([Instant, ZonedTime]);

function refusal(schema: z.ZodType, input: unknown) {
  try {
    parseInput('body', schema, input);
    return 'taken';
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: error.entry.code, errors: error.errors?.map(({ path, code }) => `${path} ${code}`) };
  }
}

describe('input', () => {
  test('is given as the schema has it', () => {
    expect(parseInput('body', Note, { ...ok, at: '2030-01-01T01:00:00+01:00' })).toEqual({
      ...ok,
      at: '2030-01-01T00:00:00.000Z',
    });
  });

  test.each([
    ['a missing field', Note, { colour: 'red' }, 'input.missing_field', ['body.title input.missing_field']],
    ['a missing choice', Note, { title: 'x' }, 'input.missing_field', ['body.colour input.missing_field']],
    [
      'a missing deep field',
      Note,
      { ...ok, tags: [{}] },
      'input.missing_field',
      ['body.tags.0.name input.missing_field'],
    ],
    ['nothing at all', Note, undefined, 'input.missing_field', ['body input.missing_field']],
    ['null for a field', Note, { ...ok, title: null }, 'input.invalid', ['body.title input.invalid']],
    ['a wrong type', Note, { ...ok, title: 1 }, 'input.invalid', ['body.title input.invalid']],
    ['a wrong choice', Note, { ...ok, colour: 'pink' }, 'input.invalid', ['body.colour input.invalid']],
    ['another shape', Note, [], 'input.invalid', ['body input.invalid']],
    ['a naive time', Note, { ...ok, at: '2030-01-01T00:00:00' }, 'input.naive_time', ['body.at input.naive_time']],
    [
      'an unknown zone',
      Note,
      { ...ok, zone: 'Mars' },
      'input.unknown_time_zone',
      ['body.zone input.unknown_time_zone'],
    ],
    [
      'unknown fields',
      Note,
      { ...ok, a: 1, b: 2 },
      'input.unknown_field',
      ['body.a input.unknown_field', 'body.b input.unknown_field'],
    ],
    [
      'different faults',
      Note,
      { title: 'x', a: 1 },
      'input.invalid',
      ['body.colour input.missing_field', 'body.a input.unknown_field'],
    ],
    ['no kind', Card, { text: 'x' }, 'input.missing_field', ['body.kind input.missing_field']],
    ['an unknown kind', Card, { kind: 'video' }, 'input.invalid', ['body.kind input.invalid']],
    ['no object where kinds are', Card, 'x', 'input.invalid', ['body input.invalid']],
    [
      'a field of another kind',
      Card,
      { kind: 'text', text: 'x', link: 1 },
      'input.unknown_field',
      ['body.link input.unknown_field'],
    ],
    [
      'an unknown deep field of a kind',
      Card,
      { kind: 'link', link: { url: 'https://a.example', x: 1 } },
      'input.unknown_field',
      ['body.link.x input.unknown_field'],
    ],
    [
      'a missing field of the closest shape',
      Either,
      { first: 'x' },
      'input.missing_field',
      ['body.last input.missing_field'],
    ],
    [
      'an unknown field of the closest shape',
      Either,
      { name: 'x', age: 1 },
      'input.unknown_field',
      ['body.age input.unknown_field'],
    ],
    [
      'a naive time where it may be an object',
      When,
      '2030-01-01T00:00:00',
      'input.naive_time',
      ['body input.naive_time'],
    ],
    [
      'an unknown zone where it may be a text',
      When,
      { localTime: '2030-01-31T09:30', timeZone: 'Mars' },
      'input.unknown_time_zone',
      ['body.timeZone input.unknown_time_zone'],
    ],
    [
      'an impossible time without a zone',
      When,
      { localTime: '2030-02-30T09:30' },
      'input.invalid',
      ['body.localTime input.impossible_time', 'body.timeZone input.missing_field'],
    ],
    ['neither text nor object', When, 5, 'input.invalid', ['body input.invalid']],
    ['no shape at all', Either, undefined, 'input.missing_field', ['body input.missing_field']],
    [
      'a wrong value of a deep union',
      z.strictObject({ who: Either }),
      { who: { name: 1 } },
      'input.invalid',
      ['body.who.name input.invalid'],
    ],
  ])('with %s is refused by the code that its errors share', (_, schema, input, code, errors) => {
    expect(refusal(schema, input)).toEqual({ code, errors });
  });

  test('never repeats a value that was sent', () => {
    const Secret = z.strictObject({ password: z.string().min(20), kind: z.enum(['a']) });
    const { error } = Secret.safeParse({ password: 'hunter2', kind: 'hunter2' });
    expect(error).toBeDefined();
    expect(() => parseInput('body', Secret, { password: 'hunter2', kind: 'hunter2' })).toThrow(
      expect.toSatisfy((fault) => !JSON.stringify(fault).includes('hunter2')),
    );
  });

  test('takes a rule of its own with its own words', () => {
    const Even = z.number().refine((number) => number % 2 === 0, 'must be even');
    expect(refusal(Even, 3)).toEqual({ code: 'input.invalid', errors: ['body input.invalid'] });
  });
});
