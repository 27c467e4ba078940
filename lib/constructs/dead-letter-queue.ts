import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmSetup, removalPolicyOf } from '../foundations.ts';
import { ImpactAlarm, type ImpactAlarmProps } from './impact-alarm.ts';

export type DeadLetterQueueProps = AlarmSetup & {
  /** Whose messages end here; the alarm is `<of>-dead-letters`. */
  of: string;
  /** What users lose when a message ends here. */
  impact: string;
  section?: ImpactAlarmProps['section'];
};

/** Keeps what could not be done for two weeks, and tells people at the first message. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { of, impact, section, settings, alarms }: DeadLetterQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: removalPolicyOf(settings),
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue; what fails here waits for a person.',
    });
    new ImpactAlarm(this, 'Alarm', {
      settings,
      alarms,
      name: `${of}-dead-letters`,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      impact,
      section,
    });
  }
}
