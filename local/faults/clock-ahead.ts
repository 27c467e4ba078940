// Preloaded with `--import clock-ahead.ts?ms=…` into a process whose clock is to be ahead, threads included.
const { now } = Date;
let aheadMs = Number(new URL(import.meta.url).searchParams.get('ms') ?? 0);
const later = () => now() + aheadMs;

/** From now on the clock of this thread is so much ahead: as if nobody had done anything for a while. */
export function setClockAhead(ms: number): void {
  aheadMs = ms;
}

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [later()] : args, newTarget),
  get: (target, key, receiver) => (key === 'now' ? later : Reflect.get(target, key, receiver)),
});
