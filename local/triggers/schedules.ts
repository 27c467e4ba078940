import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { FaultyClock } from '../faults/clock-faults.ts';
import { decide, type Statement } from '../front-door/statements.ts';
import type { Resources } from '../template/resources.ts';
import type { AsyncInvoke } from './async-invoke.ts';

const Schedule = z.object({
  ScheduleExpression: z.string(),
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), RoleArn: z.string(), Input: z.string().optional() }),
});

type Parts = {
  resources: Resources;
  invoke: AsyncInvoke;
  roles: ReadonlyMap<string, readonly Statement[]>;
  /** Every schedule ticks each second, whatever its rate. */
  fast: boolean;
  clock?: FaultyClock | undefined;
  onProblem: (text: string) => void;
};

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const fastMs = 1_000;

/** EventBridge Scheduler: invokes functions at a fixed rate, the first time after one interval. */
export function startSchedules({ resources, invoke, roles, fast, clock, onProblem }: Parts) {
  const timers = resources.list('AWS::Scheduler::Schedule', Schedule).flatMap(({ attributes, region, properties }) => {
    const arn = attributes.Arn ?? '';
    const { ScheduleExpression, State, Target } = properties;
    if (State === 'DISABLED') return [];
    const every = rateMs(ScheduleExpression);
    const mayInvoke = decide(roles.get(Target.RoleArn) ?? [], {
      action: 'lambda:InvokeFunction',
      resource: Target.Arn,
    });
    if (every === undefined) onProblem(`${arn}: only rate(…) runs here, not ${ScheduleExpression}`);
    else if (mayInvoke !== 'allowed') onProblem(`${arn}: its role may not lambda:InvokeFunction on ${Target.Arn}`);
    else
      return [
        repeat(
          clock?.paced(every) ?? (fast ? fastMs : every),
          async (at) => {
            if (!clock?.isFrozen()) await invoke(Target.Arn, eventOf({ arn, region, input: Target.Input, at }));
          },
          onProblem,
        ),
      ];
    return [];
  });
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Skips a tick while the one before still runs, which matters only when ticks are fast. */
function repeat(everyMs: number, run: (at: Date) => Promise<void>, onProblem: (text: string) => void) {
  let isRunning = false;
  return setInterval(async () => {
    if (isRunning) return;
    isRunning = true;
    await run(new Date()).catch((error: unknown) => onProblem(String(error)));
    isRunning = false;
  }, everyMs);
}

function rateMs(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return unit === 'minute' || unit === 'hour' || unit === 'day' ? Number(count) * unitMs[unit] : undefined;
}

type Tick = { arn: string; region: string; input: string | undefined; at: Date };

function eventOf({ arn, region, input, at }: Tick): object {
  const time = `${at.toISOString().slice(0, 19)}Z`;
  const id = randomUUID();
  if (input === undefined)
    return {
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: arn.split(':')[4],
      time,
      region,
      resources: [arn],
      detail: '{}',
    };
  const filled = input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', id)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
  return z.looseObject({}).parse(JSON.parse(filled));
}
