import type { Timer } from './contract.ts';
import { reportRun } from './run-report.ts';

/** The only way to make a scheduled handler. A run may be late, doubled or missed: it looks at the table, not at the clock's tick. */
export function timer<Tools>(entry: Timer, run: (tools: Tools) => Promise<void>, makeTools: () => Tools) {
  let tools: Tools | undefined;
  return (): Promise<void> =>
    reportRun(entry.name, async () => {
      tools ??= makeTools();
      await run(tools);
    });
}
