import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readStatements } from '../../../local/front-door/statements.ts';
import { startSchedules } from '../../../local/triggers/schedules.ts';
import { resourcesOf } from '../resources-of.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2030-01-01T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const statements = readStatements({
  Statement: { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: 'arn:fn' },
});

function setup(schedule: object = {}, { fast = false, takes = 0 } = {}) {
  const Target = { Arn: 'arn:fn', RoleArn: 'arn:role' };
  const properties = { Name: 'clock', ScheduleExpression: 'rate(1 minute)', Target, ...schedule };
  const resources = resourcesOf({ Clock: { type: 'AWS::Scheduler::Schedule', properties } });
  const events: object[] = [];
  const problems: string[] = [];
  const { stop } = startSchedules({
    resources,
    roles: new Map([['arn:role', statements]]),
    fast,
    invoke: async (_, event) => {
      events.push(event);
      if (takes > 0) await new Promise((resolve) => setTimeout(resolve, takes));
    },
    onProblem: (text) => problems.push(text),
  });
  return { events, problems, stop };
}

describe('schedules', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s ticks after %i ms', async (ScheduleExpression, ms) => {
    const { events, stop } = setup({ ScheduleExpression });
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(events).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(events).toHaveLength(1);
    stop();
    await vi.advanceTimersByTimeAsync(ms);
    expect(events).toHaveLength(1);
  });

  test('say who ticks and when', async () => {
    const { events } = setup();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events[0]).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      time: '2030-01-01T12:01:00Z',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/clock'],
    });
  });

  test('give their own input, with the time filled in', async () => {
    const Input = '{"at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number>"}';
    const { events } = setup({ Target: { Arn: 'arn:fn', RoleArn: 'arn:role', Input } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual([{ at: '2030-01-01T12:01:00Z', try: '1' }]);
  });

  test('all tick each second when told to be fast, but not on top of themselves', async () => {
    const { events } = setup({ ScheduleExpression: 'rate(1 day)' }, { fast: true, takes: 2_500 });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(events).toHaveLength(2);
  });

  test.each([
    [{ State: 'DISABLED' }, []],
    [{ ScheduleExpression: 'cron(0 12 * * ? *)' }, [expect.stringContaining('only rate(…) runs here')]],
    [
      { Target: { Arn: 'arn:other', RoleArn: 'arn:role' } },
      [expect.stringContaining('its role may not lambda:InvokeFunction on arn:other')],
    ],
  ])('%o does not tick', async (schedule, said) => {
    const { events, problems } = setup(schedule);
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect([events, problems]).toEqual([[], said]);
  });
});
