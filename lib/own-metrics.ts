import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

type Statistics = { statistic?: string; period?: Duration };

/** A figure of ours, as functions write it into their logs (`measure` in functions/runtime/log.ts). */
export const ownMetric = (
  operation: string,
  metricName: string,
  { statistic = 'Sum', period = Duration.minutes(1) }: Statistics = {},
) =>
  new Metric({
    namespace: 'ClientNest',
    metricName,
    dimensionsMap: { service: 'clientnest', operation },
    statistic,
    period,
  });
