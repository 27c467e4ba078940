import { describe, expect, test } from 'vitest';
import { Plan } from '../../functions/teams/contract.ts';
import { limitsOf } from '../../functions/teams/plan-limits.ts';
import { planOfNewTeams } from '../../functions/teams/plans.ts';

describe('plans', () => {
  test.each([
    ['free', 100, 1_000],
    ['starter', 500, 10_000],
    ['professional', 2_000, 50_000],
    ['business', 5_000, 100_000],
  ] as const)('%s allows %d requests an hour and %d a day', (plan, hourLimit, dayLimit) => {
    expect(limitsOf({ plan })).toEqual({ hourLimit, dayLimit });
  });

  test('numbers of a team’s own go before those of its plan', () => {
    expect(limitsOf({ plan: 'enterprise', hourLimit: 7 })).toEqual({ hourLimit: 7, dayLimit: 100_000 });
  });

  test('none is without limits', () => {
    for (const plan of Plan.options) expect(limitsOf({ plan }).hourLimit).toBeGreaterThan(0);
  });

  test('new teams are free where the stage says nothing', () => {
    expect(planOfNewTeams()).toBe('free');
  });
});
