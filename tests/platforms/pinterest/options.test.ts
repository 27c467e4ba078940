import { describe, expect, test } from 'vitest';
import { PinterestOptions } from '../../../functions/platforms/pinterest/options.ts';

const taken = (coverSeconds: number) => PinterestOptions.safeParse({ coverSeconds }).data?.coverSeconds;

describe('coverSeconds', () => {
  test.each([
    [0, 0],
    [2.0004, 2],
    [1200, 1200],
    [86_400, 86_400],
  ])('of %d is taken as %d', (wished, kept) => {
    expect(taken(wished)).toBe(kept);
  });

  test.each([-1, 86_401, 1e300])('of %d is refused', (wished) => {
    expect(taken(wished)).toBeUndefined();
  });
});
