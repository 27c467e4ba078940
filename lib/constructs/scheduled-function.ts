import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { kebab, type Timer } from '../../functions/runtime/contract.ts';
import type { Foundations } from '../foundations.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ImpactAlarm } from './impact-alarm.ts';
import { ServiceFunction } from './service-function.ts';

export type ScheduledFunctionProps = Foundations & { entry: Timer };

/**
 * How each rhythm is kept: a minute's run is not tried again, the next one does the same work; the alarm waits for as
 * many failed runs as users would notice.
 */
const rhythms = {
  minute: { rate: 'rate(1 minute)', retries: 0, keptFor: Duration.minutes(1), failedRuns: 3 },
  hour: { rate: 'rate(1 hour)', retries: 2, keptFor: Duration.minutes(30), failedRuns: 1 },
  day: { rate: 'rate(1 day)', retries: 2, keptFor: Duration.hours(6), failedRuns: 1 },
} as const satisfies Record<Timer['every'], unknown>;

/** A function that runs by the clock. */
export class ScheduledFunction extends Construct {
  constructor(scope: Construct, id: string, { entry, ...foundations }: ScheduledFunctionProps) {
    super(scope, id);
    const { rate, retries, keptFor, failedRuns } = rhythms[entry.every];
    const impact = `Does not happen while this is on: ${entry.summary}.`;
    const { fn } = new ServiceFunction(this, 'Service', { ...foundations, entry, defaultTimeoutSeconds: 60 });
    fn.configureAsyncInvoke({ retryAttempts: retries, maxEventAge: keptFor });
    const name = kebab(entry.name);
    const section = `${name}-failing-and-${name}-dead-letters`;
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { ...foundations, of: name, impact, section }).queue;
    const role = new Role(this, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: entry.summary,
      scheduleExpression: rate,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: fn.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumRetryAttempts: retries, maximumEventAgeInSeconds: keptFor.toSeconds() },
      },
    });
    schedule.node.addDependency(role); // the first run must find the role's policy
    new ImpactAlarm(this, 'Alarm', {
      ...foundations,
      name: `${name}-failing`,
      metric: fn.metricErrors({ period: Duration.minutes(1) }),
      impact,
      section,
      periods: failedRuns,
    });
  }
}
