import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import { faultsOf } from '../../../local/faults/faults.ts';
import { readStatements } from '../../../local/front-door/statements.ts';
import { startSchedules } from '../../../local/triggers/schedules.ts';
import { resourcesOf } from '../resources-of.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2030-01-01T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const statement = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: 'arn:fn' };
const roles = new Map([['arn:role', readStatements({ Statement: statement })]]);

function setup(clock: FaultPlan['clock']) {
  const Target = { Arn: 'arn:fn', RoleArn: 'arn:role' };
  const properties = { Name: 'clock', ScheduleExpression: 'rate(1 minute)', Target };
  const resources = resourcesOf({ Clock: { type: 'AWS::Scheduler::Schedule', properties } });
  const ticks: number[] = [];
  const faults: string[] = [];
  const startedAt = Date.now();
  startSchedules({
    resources,
    roles,
    fast: false,
    clock: faultsOf({ seed: 1, clock }, (fault) => faults.push(fault)).clock,
    invoke: async () => void ticks.push(Date.now() - startedAt),
    onProblem: () => {},
  });
  return { ticks, faults };
}

describe('schedules under a plan of faults', () => {
  test('have minutes of another length', async () => {
    const { ticks } = setup({ minuteMs: 3_000 });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(ticks).toEqual([3_000, 6_000, 9_000]);
  });

  test('stand still for a while', async () => {
    const { ticks, faults } = setup({ minuteMs: 1_000, freeze: { nth: 2, ms: 2_500 } });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(ticks).toEqual([1_000, 5_000, 6_000]);
    expect(faults).toEqual(['schedules stand still for 2500 ms']);
  });
});
