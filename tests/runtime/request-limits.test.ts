import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { requestLimits } from '../../functions/runtime/request-limits.ts';
import { noon } from '../support/posts.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const hour = 3600;
const hourly = (quota: number) => ({ name: 'hour', quota, windowSeconds: hour });
const daily = (quota: number) => ({ name: 'day', quota, windowSeconds: 24 * hour });

async function setup() {
  const table = await freshTable();
  let at = noon;
  const limits = requestLimits(table, () => at);
  const take = async (allowances = [hourly(3)], owner = 'TEAM', teamId: string = testTeamId) => {
    const { allowances: left, retryAfterSeconds, fillUp } = await limits.take(teamId, owner, allowances);
    await fillUp?.();
    return { left: left.map(({ remaining }) => remaining), wait: retryAfterSeconds };
  };
  const pass = (seconds: number) => {
    at = addSeconds(at, seconds);
  };
  return { limits, take, pass };
}

describe('request limits', () => {
  test('count down, then say how long to wait', async () => {
    const { take } = await setup();
    for (const left of [2, 1, 0]) expect(await take()).toEqual({ left: [left], wait: undefined });
    expect(await take()).toEqual({ left: [0], wait: hour / 3 });
  });

  test('fill up evenly, and no further than the quota', async () => {
    const { take, pass } = await setup();
    for (let count = 0; count < 4; count++) await take();
    pass(hour / 3 - 1);
    expect(await take()).toEqual({ left: [0], wait: expect.toBeOneOf([1, 2]) });
    pass(1);
    expect(await take()).toEqual({ left: [0], wait: undefined });
    expect((await take()).wait).toBe(hour / 3);
    pass(100 * hour);
    expect(await take()).toEqual({ left: [2], wait: undefined });
  });

  test('are used up where one of several allowances is', async () => {
    const { take, pass } = await setup();
    const plan = [hourly(10), daily(2)];
    expect(await take(plan)).toEqual({ left: [9, 1], wait: undefined });
    expect(await take(plan)).toEqual({ left: [8, 0], wait: undefined });
    expect(await take(plan)).toEqual({ left: [8, 0], wait: 12 * hour });
    pass(hour);
    expect(await take(plan)).toMatchObject({ left: [10, 0], wait: 11 * hour });
  });

  test('are written once a request, and once more when a twentieth of them has flowed in', async () => {
    const { limits, pass } = await setup();
    const isWrittenAgain = async () => {
      const { fillUp } = await limits.take(testTeamId, 'TEAM', [hourly(100)]);
      await fillUp?.();
      return fillUp !== undefined;
    };
    for (let count = 0; count < 10; count++) expect(await isWrittenAgain()).toBe(false);
    pass(hour / 20 - 1);
    expect(await isWrittenAgain()).toBe(false);
    pass(1);
    expect(await isWrittenAgain()).toBe(true);
    expect(await isWrittenAgain()).toBe(false);
    pass(hour);
    expect(await isWrittenAgain()).toBe(true);
    for (let count = 0; count < 3; count++) {
      pass(hour / 10);
      expect(await isWrittenAgain()).toBe(false);
    }
  });

  test('lose no request that is counted while the row is filled up', async () => {
    const { limits, pass, take } = await setup();
    for (let count = 0; count < 20; count++) await take([hourly(100)]);
    pass(hour / 10);
    const slow = await limits.take(testTeamId, 'TEAM', [hourly(100)]);
    const meanwhile = await limits.take(testTeamId, 'TEAM', [hourly(100)]);
    await Promise.all([slow.fillUp?.(), meanwhile.fillUp?.()]);
    expect((await take([hourly(100)])).left).toEqual([100 - 20 + 10 - 3]);
  });

  test('let through a twentieth more than the quota at once, when the bucket was full for long', async () => {
    const { take, pass } = await setup();
    await take([hourly(40)]);
    pass(10 * hour);
    let passed = 0;
    while ((await take([hourly(40)])).wait === undefined) passed += 1;
    expect(passed).toBeGreaterThanOrEqual(40);
    expect(passed).toBeLessThanOrEqual(42);
  });

  test('are those of one team and one owner', async () => {
    const { take } = await setup();
    await take();
    expect(await take(undefined, 'KEY#1')).toMatchObject({ left: [2] });
    expect(await take(undefined, 'TEAM', otherTeamId)).toMatchObject({ left: [2] });
  });

  test('follow the plan when it changes', async () => {
    const { take, pass } = await setup();
    await take([hourly(100)]);
    pass(60);
    expect(await take([hourly(3)])).toEqual({ left: [2], wait: undefined });
    expect(await take([hourly(3), daily(10)])).toEqual({ left: [1, 9], wait: undefined });
  });

  test('let through about the quota of many requests at once', async () => {
    const { take } = await setup();
    await take([hourly(20)]);
    const rest = await Promise.all(Array.from({ length: 40 }, () => take([hourly(20)])));
    expect(rest.filter(({ wait }) => wait === undefined)).toHaveLength(19);
  });

  test('count the very first requests, though they come at once', async () => {
    const { take } = await setup();
    const first = await Promise.all(Array.from({ length: 4 }, () => take([hourly(2)])));
    expect(first.filter(({ wait }) => wait === undefined)).toHaveLength(2);
  });

  test('never let through more than the quota and what flows in, whatever the pace', async () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(pauses, fc.integer({ min: 1, max: 8 }), async (seconds, quota) => {
        const { take, pass } = await setup();
        let passed = 0;
        let elapsed = 0;
        for (const pause of seconds) {
          pass(pause);
          elapsed += pause;
          if ((await take([hourly(quota)])).wait === undefined) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(Math.floor(quota + (elapsed * quota) / hour + 1e-6));
      }),
      { numRuns: 15 },
    );
  });

  test('say a wait after which a request is let through', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 500 }), async (quota, pause) => {
        const { take, pass } = await setup();
        for (let count = 0; count < quota; count++) await take([hourly(quota)]);
        pass(pause);
        const { wait } = await take([hourly(quota)]);
        if (wait === undefined) return;
        pass(wait);
        expect((await take([hourly(quota)])).wait).toBeUndefined();
      }),
      { numRuns: 15 },
    );
  });
});
