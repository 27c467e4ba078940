import type { Fates } from './fates.ts';
import type { Clock } from './fault-plan.ts';

const realMinuteMs = 60_000;

/** A clock for schedules that runs at a pace of its own, and at times stands still. */
export function faultyClock({ minuteMs, freeze }: Clock, fates: Fates, report: (fault: string) => void) {
  let frozenUntil = 0;
  return {
    paced: (everyMs: number) => Math.max(10, (everyMs * minuteMs) / realMinuteMs),
    isFrozen(): boolean {
      const now = Date.now();
      if (now < frozenUntil) return true;
      if (freeze === undefined || !fates.strikes('freeze', freeze)) return false;
      report(`schedules stand still for ${freeze.ms} ms`);
      frozenUntil = now + freeze.ms;
      return true;
    },
  };
}
export type FaultyClock = ReturnType<typeof faultyClock>;
