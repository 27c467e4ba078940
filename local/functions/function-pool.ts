import type { FunctionDefinition } from './definitions.ts';
import type { FunctionLog } from './function-log.ts';
import type { ThreadOptions } from './function-thread.ts';
import { InvocationFailed } from './invocation.ts';
import { liveThreads } from './live-threads.ts';
import { turns } from './turns.ts';

type Options = {
  log: FunctionLog;
  /** Threads kept alive, at 20 MB or so each. What keeps the memory of the whole in bounds. */
  maxThreads?: number;
  /** Threads that one function may have. */
  perFunction?: number;
  /** Whether threads give memory back between calls. */
  isTidy?: boolean;
  /** Invocations of one function at once; more wait their turn. */
  maxAtOnce?: number;
  idleMs?: number;
  faults?: ThreadOptions['faults'];
};

/**
 * Runs functions on demand, each in one thread or a few. Unlike on Lambda, invocations of one function at the same time
 * share a thread, module state and processor time, where Lambda gives each an environment of its own.
 */
export function functionPool(initial: readonly FunctionDefinition[], options: Options) {
  const { log, maxThreads = 10, perFunction = 1, isTidy = true, maxAtOnce = 100, idleMs = 120_000, faults } = options;
  const threads = liveThreads({ log, maxThreads, perFunction, isTidy, idleMs, faults });
  const turn = turns(maxAtOnce);
  let definitions = byArn(initial);
  let isStopped = false;

  const run = (arn: string, event: string): Promise<string> => {
    const definition = definitions.get(arn);
    if (isStopped) throw failed('Runtime.ExitError', 'the local run is stopping');
    if (definition === undefined) throw failed('ResourceNotFoundException', `Function not found: ${arn}`);
    return threads.of(definition).invoke(event);
  };
  return {
    /** Gives the result as the JSON text that the function made of it; throws `InvocationFailed`. */
    async invoke(arn: string, event: string): Promise<string> {
      await turn.take(arn);
      try {
        return await run(arn, event);
      } finally {
        turn.giveBack(arn);
      }
    },
    definition: (arn: string) => definitions.get(arn),
    /** Takes new code and settings; invocations under way finish on the old. */
    replace(next: readonly FunctionDefinition[]) {
      definitions = byArn(next);
      threads.retireAll();
    },
    threads: threads.count,
    async stop() {
      isStopped = true;
      await threads.stop();
    },
  };
}
export type FunctionPool = ReturnType<typeof functionPool>;

const failed = (type: string, message: string) => new InvocationFailed({ type, message });

const byArn = (definitions: readonly FunctionDefinition[]) =>
  new Map(definitions.map((definition) => [definition.arn, definition]));
