/** Tells stream readers that a table was written to, so that they need not ask all the time. */
export function writeSignal() {
  const waiting = new Set<() => void>();
  return {
    notify: () => {
      for (const wake of [...waiting]) wake();
    },
    /** Resolves at the next write, or after a while for writes that came another way. */
    wait: (longestMs: number) =>
      new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, longestMs);
        waiting.add(wake);
      }),
  };
}
export type WriteSignal = ReturnType<typeof writeSignal>;
