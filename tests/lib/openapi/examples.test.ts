import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Instant } from '../../../functions/runtime/shapes.ts';
import { exampleOf, examplesOf } from '../../../lib/openapi/examples.ts';

describe('exampleOf', () => {
  test('takes what the schema gives: examples, constants, choices and defaults', () => {
    const schema = z.object({
      name: z.string().meta({ example: 'Ada' }),
      kind: z.literal('note'),
      state: z.enum(['open', 'done']),
      size: z.number().default(7),
      nothing: z.string().nullable().meta({ example: null }),
    });
    expect(exampleOf(schema, 'input')).toEqual({ name: 'Ada', kind: 'note', state: 'open', size: 7, nothing: null });
  });

  test('makes up the rest, and it fits', () => {
    const schema = z.object({
      text: z.string(),
      mail: z.email(),
      url: z.url(),
      at: z.iso.datetime(),
      some: z.array(z.int().min(3)),
      positive: z.number().positive(),
      any: z.number(),
      is: z.boolean(),
      choice: z.union([z.string(), z.number()]),
      nothing: z.null(),
    });
    const example = exampleOf(schema, 'output');
    expect(schema.parse(example)).toEqual(example);
    expect(example).toMatchObject({ some: [3], positive: 1, is: true });
  });

  test('is what is sent, not what it is parsed to', () => {
    expect(exampleOf(z.object({ at: Instant }), 'input')).toEqual({ at: '2030-01-31T09:30:00Z' });
  });

  test('keeps the example of a schema that is narrowed afterwards', () => {
    expect(exampleOf(z.string().meta({ example: 'long enough' }).min(5), 'input')).toBe('long enough');
  });
});

describe('examplesOf', () => {
  const a = z.object({ kind: z.literal('a'), one: z.literal(1) });
  const b = z.object({ kind: z.literal('b') });

  test('names the members of a union by what tells them apart', () => {
    expect(examplesOf(z.discriminatedUnion('kind', [a, b]), 'input')).toEqual({
      a: { kind: 'a', one: 1 },
      b: { kind: 'b' },
    });
    expect(examplesOf(z.union([a, b]), 'input')).toEqual({ one: { kind: 'a', one: 1 }, 1: { kind: 'b' } });
  });

  test('has nothing to tell apart elsewhere', () => {
    expect(examplesOf(a, 'input')).toBeUndefined();
    expect(examplesOf(z.union([z.string(), z.number()]), 'input')).toBeUndefined();
  });
});
