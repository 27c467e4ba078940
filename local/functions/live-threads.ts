import type { FunctionDefinition } from './definitions.ts';
import { type FunctionThread, startThread, type ThreadOptions } from './function-thread.ts';
import { InvocationFailed } from './invocation.ts';

type Options = ThreadOptions & { maxThreads: number; idleMs: number };
type Live = { thread: FunctionThread; usedAt: number };

const longestSweepMs = 15_000;

/** The threads that are alive, one for each function in use. Those idle longest end when there are too many. */
export function liveThreads({ maxThreads, idleMs, ...options }: Options) {
  const live = new Map<string, Live>();
  const ending = new Set<FunctionThread>();

  const retire = (arn: string) => {
    const thread = live.get(arn)?.thread;
    live.delete(arn);
    if (thread === undefined) return;
    ending.add(thread);
    void thread.ended.then(() => ending.delete(thread));
    thread.retire();
  };
  const endIdle = (room = 0) => {
    const idle = [...live].filter(([, { thread }]) => thread.underWay() === 0).sort(byUse);
    const surplus = live.size + room - maxThreads;
    const stale = Date.now() - idleMs;
    for (const [place, [arn, { usedAt }]] of idle.entries()) if (place < surplus || usedAt < stale) retire(arn);
  };
  const sweep = setInterval(() => endIdle(), Math.min(idleMs, longestSweepMs));
  sweep.unref();

  return {
    /** The thread of a function, started if there is none that takes work. */
    of(definition: FunctionDefinition): FunctionThread {
      const known = live.get(definition.arn);
      if (known !== undefined && !known.thread.isRetired()) {
        known.usedAt = Date.now();
        return known.thread;
      }
      retire(definition.arn);
      endIdle(1);
      const thread = startThread(runnable(definition), options);
      live.set(definition.arn, { thread, usedAt: Date.now() });
      return thread;
    },
    count: () => live.size,
    retireAll() {
      for (const arn of [...live.keys()]) retire(arn);
    },
    async stop() {
      clearInterval(sweep);
      const threads = [...[...live.values()].map(({ thread }) => thread), ...ending];
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

const byUse = ([, one]: [string, Live], [, other]: [string, Live]) => one.usedAt - other.usedAt;

function runnable({ file, ...definition }: FunctionDefinition) {
  if (file !== undefined) return { ...definition, file };
  const message = `${definition.name}: its code is not on this machine`;
  throw new InvocationFailed({ type: 'Runtime.ImportModuleError', message });
}
