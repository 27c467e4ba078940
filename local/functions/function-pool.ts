import type { FunctionDefinition } from './definitions.ts';
import type { FunctionLog } from './function-log.ts';
import { type FunctionThread, startThread } from './function-thread.ts';
import { InvocationFailed } from './invocation.ts';

type Options = {
  log: FunctionLog;
  /** Threads kept alive; above it, the one that has been idle longest ends. What keeps the memory of the whole in bounds. */
  maxThreads?: number;
  /** Invocations of one function at once; more wait their turn. */
  maxAtOnce?: number;
  idleMs?: number;
};

type Seat = { thread: FunctionThread; usedAt: number };

/**
 * Runs functions on demand, each in one thread. Unlike on Lambda, invocations of one function at the same time share
 * its thread, module state and processor time, where Lambda gives each an environment of its own.
 */
export function functionPool(initial: readonly FunctionDefinition[], options: Options) {
  const { log, maxThreads = 10, maxAtOnce = 10, idleMs = 120_000 } = options;
  let definitions = byArn(initial);
  let isStopped = false;
  const seats = new Map<string, Seat>();
  const waiting = new Map<string, (() => void)[]>();
  const ending = new Set<FunctionThread>();

  const retire = (arn: string, { thread }: Seat) => {
    seats.delete(arn);
    ending.add(thread);
    void thread.ended.then(() => ending.delete(thread));
    thread.retire();
  };
  const endIdle = (room = 0) => {
    const idle = [...seats].filter(([, { thread }]) => thread.underWay() === 0).sort(byUse);
    const surplus = seats.size + room - maxThreads;
    const stale = Date.now() - idleMs;
    for (const [place, [arn, seat]] of idle.entries()) if (place < surplus || seat.usedAt < stale) retire(arn, seat);
  };
  const sweep = setInterval(() => endIdle(), Math.min(idleMs, 15_000));
  sweep.unref();

  const seatFor = (definition: FunctionDefinition): Seat => {
    const taken = seats.get(definition.arn);
    if (taken !== undefined && !taken.thread.isRetired()) return taken;
    if (taken !== undefined) retire(definition.arn, taken);
    endIdle(1);
    const seat = { thread: startThread(runnable(definition), log), usedAt: Date.now() };
    seats.set(definition.arn, seat);
    return seat;
  };
  const isFull = (thread: FunctionThread | undefined) =>
    thread !== undefined && !thread.isRetired() && thread.underWay() >= maxAtOnce;
  const turn = async (arn: string) => {
    while (isFull(seats.get(arn)?.thread))
      await new Promise<void>((resolve) => waiting.set(arn, [...(waiting.get(arn) ?? []), resolve]));
  };
  const next = (arn: string) => {
    const [first, ...rest] = waiting.get(arn) ?? [];
    waiting.set(arn, rest);
    first?.();
  };

  return {
    /** Gives the result as the JSON text that the function made of it; throws `InvocationFailed`. */
    async invoke(arn: string, event: string): Promise<string> {
      await turn(arn);
      if (isStopped) throw new InvocationFailed({ type: 'Runtime.ExitError', message: 'the local run is stopping' });
      const definition = definitions.get(arn);
      if (definition === undefined)
        throw new InvocationFailed({ type: 'ResourceNotFoundException', message: `Function not found: ${arn}` });
      const seat = seatFor(definition);
      try {
        return await seat.thread.invoke(event);
      } finally {
        seat.usedAt = Date.now();
        next(arn);
      }
    },
    definition: (arn: string) => definitions.get(arn),
    /** Takes new code and settings; invocations under way finish on the old. */
    replace(next: readonly FunctionDefinition[]) {
      definitions = byArn(next);
      for (const [arn, seat] of [...seats]) retire(arn, seat);
    },
    threads: () => seats.size,
    async stop() {
      isStopped = true;
      clearInterval(sweep);
      const threads = [...[...seats.values()].map(({ thread }) => thread), ...ending];
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
export type FunctionPool = ReturnType<typeof functionPool>;

const byArn = (definitions: readonly FunctionDefinition[]) =>
  new Map(definitions.map((definition) => [definition.arn, definition]));
const byUse = ([, one]: [string, Seat], [, other]: [string, Seat]) => one.usedAt - other.usedAt;

function runnable({ file, ...definition }: FunctionDefinition) {
  if (file !== undefined) return { ...definition, file };
  throw new InvocationFailed({
    type: 'Runtime.ImportModuleError',
    message: `${definition.name}: its code is not on this machine`,
  });
}
