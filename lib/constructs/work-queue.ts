import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmSetup, removalPolicyOf } from '../foundations.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ImpactAlarm } from './impact-alarm.ts';

export type WorkQueueProps = AlarmSetup & {
  name: string;
  /** What users lose when its messages are late or lost. */
  impact: string;
  /** Timeout of the slowest function that reads it. */
  workerTimeoutSeconds: number;
};

/** Deliveries of one message before it counts as dead. */
const maxDeliveries = 5;

/** A queue that cannot lose messages unseen: dead letters and waiting messages have an alarm. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { name, impact, workerTimeoutSeconds, ...setup }: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { of: name, impact, ...setup }).queue;
    this.queue = new Queue(this, 'Queue', {
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      removalPolicy: removalPolicyOf(setup.settings),
      // Lambda's advice: six timeouts, so that a throttled delivery is not handed out a second time while it waits.
      visibilityTimeout: Duration.seconds(6 * workerTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxDeliveries },
    });
    new ImpactAlarm(this, 'AgeAlarm', {
      ...setup,
      name: `${name}-waiting`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
      impact: `${impact} (Late so far: messages wait for more than five minutes.)`,
      threshold: 300,
      periods: 3,
    });
  }
}
