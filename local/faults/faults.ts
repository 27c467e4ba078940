import type { Services } from '../front-door/services.ts';
import type { QueueClient } from '../triggers/queue-client.ts';
import { faultyServices } from './call-faults.ts';
import { faultyClock } from './clock-faults.ts';
import { fates } from './fates.ts';
import { type CallFault, FaultPlan, type Kill } from './fault-plan.ts';
import { faultyQueues } from './message-faults.ts';
import type { ThreadFaults } from './thread-faults.ts';

type FunctionOf = (accessKeyId: string | undefined) => string | undefined;

/** A plan of what goes wrong, as the parts of a local run meet it. `report` is told of each fault as it happens. */
export function faultsOf(plan: FaultPlan, report: (fault: string) => void) {
  const { seed, threadsPerFunction, kills, calls, messages, clock } = FaultPlan.parse(plan);
  const fate = fates(String(seed));
  const threads = new Map<string, number>();
  return {
    services: (services: Services, functionOf: FunctionOf) =>
      faultyServices(services, { rules: calls, fates: fate, functionOf, report }),
    queues: (queues: QueueClient) => faultyQueues(queues, { rules: messages, fates: fate, report }),
    clock: faultyClock(clock, fate, report),
    /** What happens in the next thread of a function; what is to happen at the n-th pass happens in the first one only. */
    thread(name: string): ThreadFaults | undefined {
      const number = (threads.get(name) ?? 0) + 1;
      threads.set(name, number);
      const isOwn = (rule: Kill | CallFault) => name.includes(rule.in) && (number === 1 || rule.nth === undefined);
      const own = { kills: kills.filter(isOwn), calls: calls.filter(isOwn) };
      return own.kills.length + own.calls.length === 0 ? undefined : { seed: `${seed} ${name} ${number}`, ...own };
    },
    threadsPerFunction,
    report,
  };
}
export type Faults = ReturnType<typeof faultsOf>;
