import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { type AlarmSetup, stageName } from '../foundations.ts';

export type ImpactAlarmProps = AlarmSetup & {
  /** The alarm's name after the stage; the runbook has a heading of the same name. */
  name: string;
  metric: IMetric;
  /** What users lose while this alarm is on. */
  impact: string;
  /** The section of the runbook, as a link names it; where it is not the alarm's own name. */
  section?: string | undefined;
  /** Goes off at this value and above; default 1. */
  threshold?: number;
  /** Of the last `periods` values, this many must be at the threshold; default 1 of 1. */
  periods?: number;
  atLeast?: number;
};

/** An alarm of a list, for a stack that knows stage and topic. */
export type WatchedAlarm = Omit<ImpactAlarmProps, keyof AlarmSetup>;

/** An alarm that tells people what users lose, not which number is high, and where they read what to do. */
export class ImpactAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    super(scope, id);
    const { settings, alarms, name, metric, impact, section = name } = props;
    const { threshold = 1, periods = 1, atLeast = periods } = props;
    this.alarm = new Alarm(this, 'Alarm', {
      alarmName: stageName(settings, name),
      alarmDescription: `${impact} What to do: ${settings.runbook}#${section}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: atLeast,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(alarms);
    this.alarm.addAlarmAction(action);
    this.alarm.addOkAction(action);
  }
}
