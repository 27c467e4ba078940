import { setTimeout as sleep } from 'node:timers/promises';

const minuteMs = 60_000;
/** Calls of one run come close together. */
const runMs = 10_000;

/** The minute's tick of the stack, by what its timer does. */
export function tickWatch() {
  let lastAt = 0;
  const waiting = new Set<(at: number) => void>();
  return {
    /** To be told of each call of the timer. */
    seen() {
      const now = Date.now();
      if (now - lastAt < runMs) return;
      lastAt = now;
      for (const resolve of waiting) resolve(now);
      waiting.clear();
    },
    /** Waits until a tick is over, and gives its time. */
    async next(): Promise<number> {
      const at = await new Promise<number>((resolve) => waiting.add(resolve));
      await sleep(4_000);
      return at;
    },
    /** When the next tick but `skipped` comes. */
    comingAt: (skipped = 0) => lastAt + (1 + skipped) * minuteMs,
  };
}
