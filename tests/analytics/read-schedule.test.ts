import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstReadAt, nextReadAt } from '../../functions/analytics/read-schedule.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { noon } from '../support/posts.ts';

const thirtyDays = 30 * 24 * 3600;
const ages = fc.integer({ min: 0, max: thirtyDays - 1 });
/** The pause that follows a read at the given age. */
const pauseAt = (ageSeconds: number) => {
  const at = addSeconds(noon, ageSeconds);
  return ((nextReadAt(noon, at)?.getTime() ?? Number.NaN) - at.getTime()) / 1000;
};

describe('read schedule', () => {
  test('begins soon after the post is out', () => {
    expect(firstReadAt(noon)).toEqual(addSeconds(noon, 5));
  });

  test('goes on strictly later, at least a quarter of a minute', () => {
    fc.assert(fc.property(ages, (age) => pauseAt(age) >= 15));
  });

  test('never shrinks its pauses', () => {
    fc.assert(fc.property(ages, ages, (one, other) => pauseAt(Math.min(one, other)) <= pauseAt(Math.max(one, other))));
  });

  test('ends at thirty days and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * thirtyDays }), (age) => {
        expect(nextReadAt(noon, addSeconds(noon, age)) === undefined).toBe(age >= thirtyDays);
      }),
    );
  });

  test('reads a post about sixty times in all', () => {
    let reads = 0;
    for (let at: Date | undefined = firstReadAt(noon); at; at = nextReadAt(noon, at)) reads += 1;
    expect(reads).toBeGreaterThan(30);
    expect(reads).toBeLessThan(80);
  });

  test('bears a clock that runs behind the platform', () => {
    expect(nextReadAt(noon, addSeconds(noon, -60))).toEqual(addSeconds(noon, -45));
  });
});
