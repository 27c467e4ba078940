import { describe, expect, test } from 'vitest';
import { waves } from './waves.ts';

const call = (name: string, startedAt: number, endedAt: number) => ({ name, startedAt, endedAt });
const names = (calls: Parameters<typeof waves<ReturnType<typeof call>>>[0]) =>
  waves(calls).map((wave) => wave.map(({ name }) => name));

describe('waves', () => {
  test('of no calls are none', () => {
    expect(waves([])).toEqual([]);
  });

  test('hold what was under way at the same time', () => {
    expect(names([call('a', 0, 5), call('b', 1, 4), call('c', 5, 9)])).toEqual([['a', 'b'], ['c']]);
  });

  test('follow the longest chain: two short calls beside a long one are two in a row', () => {
    expect(names([call('long', 0, 10), call('first', 0, 4), call('second', 5, 9)])).toEqual([
      ['long', 'first'],
      ['second'],
    ]);
  });
});
