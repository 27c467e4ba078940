import { describe, expect, test } from 'vitest';
import { fates, isCall } from '../../../local/faults/fates.ts';

const struck = (seed: string, place = 'a') => {
  const fate = fates(seed);
  return Array.from({ length: 1_000 }, () => fate.strikes(place, { chance: 0.1, times: 1 }));
};

describe('fates', () => {
  test('are the same for the same seed, and others for another seed or place', () => {
    expect(struck('1')).toEqual(struck('1'));
    expect(struck('1')).not.toEqual(struck('2'));
    expect(struck('1')).not.toEqual(struck('1', 'b'));
  });

  test('of one place do not depend on what happens at others', () => {
    const fate = fates('1');
    const seen = Array.from({ length: 1_000 }, () => {
      fate.share('elsewhere');
      return fate.strikes('a', { chance: 0.1, times: 1 });
    });
    expect(seen).toEqual(struck('1'));
  });

  test('strike about as often as they should', () => {
    const times = struck('1').filter(Boolean).length;
    expect(times).toBeGreaterThan(70);
    expect(times).toBeLessThan(130);
  });

  test('strike the n-th pass for certain', () => {
    const fate = fates('1');
    expect([1, 2, 3].map(() => fate.strikes('a', { chance: 0, nth: 2, times: 1 }))).toEqual([false, true, false]);
  });

  test('strike several times in a row', () => {
    const fate = fates('1');
    const struck = [1, 2, 3, 4].map(() => fate.strikes('a', { chance: 0, nth: 2, times: 2 }));
    expect(struck).toEqual([false, true, true, false]);
  });

  test.each([
    ['dynamodb:PutItem', 'dynamodb:PutItem', true],
    ['dynamodb:PutItem', 'dynamodb:PutItems', false],
    ['dynamodb:*', 'dynamodb:PutItem', true],
    ['*Item', 'dynamodb:PutItem', true],
    ['http:POST */statuses', 'http:POST /api/v1/statuses', true],
    ['http:POST /a.c', 'http:POST /abc', false],
  ])('the rule %s and the call %s: %s', (rule, call, holds) => {
    expect(isCall(rule, call)).toBe(holds);
  });
});
