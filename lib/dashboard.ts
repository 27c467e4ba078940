import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Dashboard, GraphWidget, type IMetric, type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { WorkQueue } from './constructs/work-queue.ts';
import { stageName } from './foundations.ts';
import { publishingMetrics as publishing } from './publishing-alarms.ts';
import type { Settings } from './settings.ts';

export type DashboardContents = {
  settings: Settings;
  api: HttpApi;
  table: Table;
  queues: Readonly<Record<string, WorkQueue>>;
};

const period = Duration.minutes(1);

/**
 * One page that answers "is it well?". Functions are found by search and not by reference, so that taking one away does
 * not wait for this stack.
 */
export function addDashboard(scope: Construct, { settings, api, table, queues }: DashboardContents): void {
  const functions = (metric: string) =>
    search(`{AWS/Lambda,FunctionName} MetricName="${metric}" clientnest ${settings.stage}`, metric);
  const operations = (metric: string) => search(`{ClientNest,operation,service} MetricName="${metric}"`, metric);
  const ofQueues = (metric: (queue: WorkQueue) => IMetric) => Object.values(queues).map(metric);
  new Dashboard(scope, 'Dashboard', {
    dashboardName: stageName(settings),
    defaultInterval: Duration.hours(3),
    widgets: [
      [
        graph('Requests', [api.metricCount({ period })]),
        graph('Refused and failed', [api.metricClientError({ period }), api.metricServerError({ period })]),
        graph(
          'Answer time',
          ['p50', 'p95', 'p99'].map((statistic) => api.metricLatency({ period, statistic })),
        ),
      ],
      [
        graph(
          'Lateness of posts',
          ['p50', 'p99'].map((statistic) => publishing.lateness(statistic)),
        ),
        graph('Oldest post that is due', [publishing.oldestDue]),
        graph('Posts published, failed, unconfirmed, missed', [
          publishing.ended('published'),
          publishing.ended('failed'),
          publishing.ended('unconfirmed'),
          publishing.ended('missed'),
        ]),
      ],
      [
        graph('Posts whose publisher died, accounts held by their platform', [
          publishing.inFlightTooLong,
          publishing.heldByPlatform,
        ]),
        graph(
          'Waiting messages',
          ofQueues(({ queue }) => queue.metricApproximateNumberOfMessagesVisible({ period })),
        ),
        graph(
          'Dead letters',
          ofQueues(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible()),
        ),
      ],
      [
        graph('Failures by operation', [operations('failures')]),
        graph('Function errors', [functions('Errors')]),
        graph('Functions running at once', [functions('ConcurrentExecutions')]),
      ],
      [
        graph('Table: read units', [table.metricConsumedReadCapacityUnits({ period })]),
        graph('Table: write units', [table.metricConsumedWriteCapacityUnits({ period })]),
        graph('Table: throttled', [table.metric('ReadThrottleEvents'), table.metric('WriteThrottleEvents')]),
      ],
    ],
  });
}

const graph = (title: string, left: IMetric[]): IWidget => new GraphWidget({ title, left, width: 8 });

const search = (terms: string, label: string) =>
  new MathExpression({ expression: `SEARCH('${terms}', 'Sum', 60)`, usingMetrics: {}, label, period });
