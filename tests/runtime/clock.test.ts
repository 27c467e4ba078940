import { describe, expect, test } from 'vitest';
import { addSeconds, now, unixSeconds } from '../../functions/runtime/clock.ts';

describe('clock', () => {
  test('tells the time', () => {
    expect(Math.abs(now().getTime() - Date.now())).toBeLessThan(1000);
  });

  test('adds seconds and leaves the instant it was given', () => {
    const at = new Date('2030-01-01T00:00:00.000Z');
    expect(addSeconds(at, -0.5).toISOString()).toBe('2029-12-31T23:59:59.500Z');
    expect(at.toISOString()).toBe('2030-01-01T00:00:00.000Z');
  });

  test('counts whole Unix seconds', () => {
    expect(unixSeconds(new Date('2030-01-01T00:00:00.999Z'))).toBe(1_893_456_000);
  });
});
