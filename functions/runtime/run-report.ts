import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { log, metrics } from './log.ts';

/** Runs one unit of background work with its metrics; a failure is logged with its cause and thrown on. */
export async function reportRun(operation: string, run: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const sink = metrics();
  sink.addDimension('operation', operation);
  sink.addMetric('runs', MetricUnit.Count, 1);
  try {
    await run();
    sink.addMetric('failures', MetricUnit.Count, 0);
  } catch (error) {
    sink.addMetric('failures', MetricUnit.Count, 1);
    log.error('run.failed', { operation, error: error as Error });
    throw error;
  } finally {
    sink.addMetric('duration', MetricUnit.Milliseconds, performance.now() - startedAt);
    sink.publishStoredMetrics();
  }
}
