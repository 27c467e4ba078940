import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTid, tidOf, tidTime } from '../../../functions/platforms/bluesky/tid.ts';

const times = fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
const seeds = fc.string();

describe('TIDs', () => {
  test('are of the alphabet and length that records ask for', () => {
    fc.assert(fc.property(times, seeds, (at, seed) => isTid(tidOf(at, seed))));
  });

  test('hold their time, to the second before it', () => {
    fc.assert(
      fc.property(times, seeds, (at, seed) => {
        const before = at.getTime() - tidTime(tidOf(at, seed)).getTime();
        expect(before).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(1000);
      }),
    );
  });

  test('sort by time as text', () => {
    fc.assert(
      fc.property(times, times, seeds, seeds, (one, other, oneSeed, otherSeed) => {
        fc.pre(one.getTime() + 1000 <= other.getTime());
        expect(tidOf(one, oneSeed) < tidOf(other, otherSeed)).toBe(true);
      }),
    );
  });

  test('are the same for the same time and seed, and differ by seed', () => {
    const at = new Date('2030-01-01T00:00:00Z');
    expect(tidOf(at, 'post_1')).toBe(tidOf(at, 'post_1'));
    const many = new Set(Array.from({ length: 20_000 }, (_, place) => tidOf(at, `post_${place}`)));
    expect(many.size).toBe(20_000);
  });

  test('know the one that atproto gives as its example', () => {
    expect(isTid('3jzfcijpj2z2a')).toBe(true);
    expect(tidTime('3jzfcijpj2z2a').getUTCFullYear()).toBe(2023);
    expect(['', '3jzfcijpj2z2', 'zzzzzzzzzzzzz', '0000000000000'].some(isTid)).toBe(false);
  });
});
