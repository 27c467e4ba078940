import type { FunctionDefinition } from './definitions.ts';
import { type FunctionThread, startThread, type ThreadOptions } from './function-thread.ts';
import { InvocationFailed } from './invocation.ts';

type Options = ThreadOptions & { maxThreads: number; perFunction: number; idleMs: number };
type Live = { thread: FunctionThread; usedAt: number };

const longestSweepMs = 15_000;

/** The threads that are alive, by their place. Those idle longest end when there are too many. */
export function liveThreads({ maxThreads, perFunction, idleMs, ...options }: Options) {
  const live = new Map<string, Live>();
  const ending = new Set<FunctionThread>();

  const retire = (place: string) => {
    const thread = live.get(place)?.thread;
    live.delete(place);
    if (thread === undefined) return;
    ending.add(thread);
    void thread.ended.then(() => ending.delete(thread));
    thread.retire();
  };
  const endIdle = (room = 0) => {
    const idle = [...live].filter(([, { thread }]) => thread.underWay() === 0).sort(byUse);
    const surplus = live.size + room - maxThreads;
    const stale = Date.now() - idleMs;
    for (const [rank, [place, { usedAt }]] of idle.entries()) if (rank < surplus || usedAt < stale) retire(place);
  };
  const sweep = setInterval(() => endIdle(), Math.min(idleMs, longestSweepMs));
  sweep.unref();

  return {
    /** A thread of a function: an idle one, else one more, else the least busy. */
    of(definition: FunctionDefinition): FunctionThread {
      const places = Array.from({ length: perFunction }, (_, number) => `${definition.arn} ${number}`);
      const known = places.flatMap((place) => live.get(place) ?? []).filter(({ thread }) => !thread.isRetired());
      const [calmest] = known.toSorted((one, other) => one.thread.underWay() - other.thread.underWay());
      if (calmest && (calmest.thread.underWay() === 0 || known.length === perFunction)) {
        calmest.usedAt = Date.now();
        return calmest.thread;
      }
      const free = places.find((place) => live.get(place)?.thread.isRetired() !== false) ?? '';
      retire(free);
      endIdle(1);
      const thread = startThread(runnable(definition), options);
      live.set(free, { thread, usedAt: Date.now() });
      return thread;
    },
    count: () => live.size,
    retireAll() {
      for (const place of [...live.keys()]) retire(place);
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
