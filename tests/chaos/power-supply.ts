import { join } from 'node:path';
import { setClockAhead } from '../../local/faults/clock-ahead.ts';
import type { FaultPlan } from '../../local/faults/fault-plan.ts';
import { type StackProcess, startStackProcess } from '../../local/faults/stack-process.ts';
import type { Sandboxes } from '../../local/platforms/sandboxes.ts';

type Options = { directory: string; sandboxes: Pick<Sandboxes, 'forStack'>; tell: (line: string) => void };

/** Turns the stack on and off, with the same data, and lets time pass while it is off. */
export function powerSupply({ directory, sandboxes, tell }: Options) {
  const app = new URL('./built-app.ts', import.meta.url);
  app.searchParams.set('kept', join(directory, 'app'));
  let stack: StackProcess | undefined;
  let aheadMs = 0;
  let crashedAt = new Date();
  const onFault = (fault: string) => {
    if (/publishLane.*: killed/.test(fault)) crashedAt = new Date();
    tell(fault);
  };
  return {
    async on(faults: FaultPlan): Promise<StackProcess> {
      const options = {
        app: app.href,
        dataDir: join(directory, 'data'),
        isRoomy: true,
        faults,
        aheadMs,
        ...sandboxes.forStack,
      };
      stack = await startStackProcess(options, { onFault, onProblem: tell });
      crashedAt = new Date();
      return stack;
    },
    /** Like pulling the plug: queues are lost, the table is what was written. */
    async cut(): Promise<void> {
      await stack?.kill();
      stack = undefined;
    },
    /** For everybody, platforms included; of lengths that would test nobody's patience. */
    sleep(ms: number): void {
      aheadMs += ms;
      setClockAhead(aheadMs);
      tell(`${Math.round(ms / 1000)} s pass without power`);
    },
    sleptMs: () => aheadMs,
    /** When a publisher died last, or all did. */
    crashedAt: () => crashedAt,
  };
}
