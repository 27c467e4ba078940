import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idFromUuid, idOf, newId } from '../../functions/runtime/ids.ts';

const good = newId('post');

describe('ids', () => {
  test('fit their own schema and no other', () => {
    expect(idOf('post').parse(good)).toBe(good);
    expect(idOf('team').safeParse(good).success).toBe(false);
  });

  test('sort by the time they were made', async () => {
    const first = newId('post');
    await setTimeout(2);
    expect(newId('post') > first).toBe(true);
  });

  test('are never given twice', () => {
    const ids = Array.from({ length: 1000 }, () => newId('event'));
    expect(new Set(ids).size).toBe(1000);
  });

  test('of a UUID are one for one', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        const id = idFromUuid('user', one);
        expect(idOf('user').parse(id)).toBe(id);
        expect(id === idFromUuid('user', other)).toBe(one === other);
      }),
    );
  });

  test.each([
    ['upper case', good.toUpperCase()],
    ['a longer one', `${good}a`],
    ['a shorter one', good.slice(0, -1)],
    ['another alphabet', good.replace(/.$/, 'l')],
    ['a number too large for a UUID', good.replace(/_./, '_8')],
    ['a line end', `${good}\n`],
    ['a row key', `POST#${good}`],
    ['a bare suffix', good.slice('post_'.length)],
    ['nothing', ''],
  ])('are not %s', (_, text) => {
    expect(idOf('post').safeParse(text).success).toBe(false);
  });
});
