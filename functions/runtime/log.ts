import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Structured log lines. Facts by stable name (`post.published`), never prose, never bodies or tokens. */
export const log = new Logger({ serviceName: 'clientnest' });

type Figures = Record<string, { count: number } | { ms: number }>;

/** Writes metrics of one operation to the log, in CloudWatch's embedded format. */
export function measure(operation: string, figures: Figures): void {
  const metrics = new Metrics({ namespace: 'ClientNest', serviceName: 'clientnest' });
  metrics.addDimension('operation', operation);
  for (const [name, figure] of Object.entries(figures)) {
    if ('ms' in figure) metrics.addMetric(name, MetricUnit.Milliseconds, figure.ms);
    else metrics.addMetric(name, MetricUnit.Count, figure.count);
  }
  metrics.publishStoredMetrics();
}
