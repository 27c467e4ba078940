import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { connectionAlarms } from './connection-alarms.ts';
import { ImpactAlarm, type WatchedAlarm } from './constructs/impact-alarm.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import { addDashboard } from './dashboard.ts';
import type { AlarmSetup } from './foundations.ts';
import { ownMetric } from './own-metrics.ts';
import { publishingAlarms } from './publishing-alarms.ts';
import { retirementAlarm } from './retirement-alarm.ts';

export type ObservabilityStackProps = StackProps & {
  alarmSetup: AlarmSetup;
  api: HttpApi;
  table: Table;
  queues: Readonly<Record<string, WorkQueue>>;
};

const period = Duration.minutes(1);

/** Alarms on the whole, and the dashboard. What belongs to one function or queue has its alarm beside it. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, { alarmSetup, api, table, queues, ...props }: ObservabilityStackProps) {
    super(scope, id, props);
    const retires = retirementAlarm(alarmSetup.settings.platformApis);
    const all = { ...alarms({ api, table }), ...publishingAlarms, ...connectionAlarms, ...borderAlarms, ...retires };
    for (const [alarmId, alarm] of Object.entries(all)) new ImpactAlarm(this, alarmId, { ...alarmSetup, ...alarm });
    addDashboard(this, { settings: alarmSetup.settings, api, table, queues });
  }
}

/** What the border of every operation lets pass when it fails itself. */
const borderAlarms: Record<string, WatchedAlarm> = {
  AuditLost: {
    name: 'audit-lost',
    metric: ownMetric('audit', 'lost'),
    impact: "Things are done in teams that their audit log does not show; the facts are in the functions' logs only.",
  },
  ReplyLost: {
    name: 'reply-lost',
    metric: ownMetric('idempotency', 'lost'),
    impact:
      'Callers who repeat a request with its Idempotency-Key are told for a day that it still runs, though it is done.',
  },
  LimiterFailing: {
    name: 'limiter-failing',
    metric: ownMetric('limiter', 'failures'),
    impact: 'Requests are not counted against plans: one caller can slow the API down for all.',
    threshold: 10,
    periods: 5,
    atLeast: 3,
  },
};

type Watched = { api: HttpApi; table: Table };

/** Each has to stay for some minutes: one lost packet wakes nobody. */
const alarms = ({ api, table }: Watched): Record<string, WatchedAlarm> => ({
  ApiFailing: {
    name: 'api-failing',
    metric: api.metricServerError({ statistic: 'Sum', period }),
    impact: 'Users see "something failed on our side" instead of what they asked for.',
    threshold: 5,
    periods: 5,
    atLeast: 3,
  },
  ApiSlow: {
    name: 'api-slow',
    metric: api.metricLatency({ statistic: 'p95', period }),
    impact: 'One request in twenty takes users more than three seconds.',
    threshold: Duration.seconds(3).toMilliseconds(),
    periods: 10,
    atLeast: 8,
  },
  FunctionsThrottled: {
    name: 'functions-throttled',
    // Without a dimension: over all functions of the account, since they share its limit.
    metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum', period }),
    impact: 'Requests are turned away and posts wait, since too many functions run at once for this account.',
    threshold: 10,
    periods: 5,
    atLeast: 3,
  },
  TableThrottled: {
    name: 'table-throttled',
    metric: new MathExpression({
      label: 'throttled reads and writes',
      expression: 'FILL(reads, 0) + FILL(writes, 0)',
      usingMetrics: {
        reads: table.metric('ReadThrottleEvents', { statistic: 'Sum', period }),
        writes: table.metric('WriteThrottleEvents', { statistic: 'Sum', period }),
      },
      period,
    }),
    impact: 'The table refuses reads or writes: pages fail to load, changes are not stored.',
    threshold: 10,
    periods: 5,
    atLeast: 3,
  },
});
