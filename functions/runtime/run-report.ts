import { log, measure } from './log.ts';

/** Runs one unit of background work with its metrics; a failure is logged with its cause and thrown on. */
export async function reportRun(operation: string, run: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  let failures = 0;
  try {
    await run();
  } catch (error) {
    failures = 1;
    log.error('run.failed', { operation, error: error as Error });
    throw error;
  } finally {
    measure(operation, {
      runs: { count: 1 },
      failures: { count: failures },
      duration: { ms: performance.now() - startedAt },
    });
  }
}
