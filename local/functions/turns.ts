/** Lets at most so many run at once for each key; others wait their turn, in order. */
export function turns(maxAtOnce: number) {
  const running = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  return {
    take(key: string): Promise<void> | undefined {
      const now = running.get(key) ?? 0;
      if (now < maxAtOnce) {
        running.set(key, now + 1);
        return undefined;
      }
      return new Promise((resolve) => waiting.set(key, [...(waiting.get(key) ?? []), resolve]));
    },
    giveBack(key: string): void {
      const [next, ...rest] = waiting.get(key) ?? [];
      waiting.set(key, rest);
      if (next === undefined) running.set(key, (running.get(key) ?? 1) - 1);
      else next();
    },
  };
}
