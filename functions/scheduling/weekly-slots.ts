import type { SlotTime, WeeklySlots } from './contract.ts';
import { zoneRules } from './zone-rules.ts';

const dayMs = 24 * 3600 * 1000;
/** In the order of `Date.getUTCDay`. */
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * The times that weekly slots come to within a range (its start excluded), in order. Two that the clocks bring together,
 * one of them moved out of a gap, are one.
 */
export function* slotTimes({ timeZone, slots }: WeeklySlots, after: Date, until: Date): Generator<SlotTime> {
  if (slots.length === 0) return;
  const { instantOf, localTimeOf } = zoneRules(timeZone);
  const firstDay = Date.parse(localTimeOf(after).slice(0, 10)) - dayMs;
  let last = after;
  for (let day = firstDay; day <= until.getTime() + dayMs; day += dayMs) {
    const date = new Date(day);
    const ofDay = slots
      .filter((slot) => slot.day === days[date.getUTCDay()])
      .map(({ time }) => `${date.toISOString().slice(0, 10)}T${time}`)
      .map((localTime) => ({ localTime, ...instantOf(localTime) }))
      .toSorted((one, other) => one.at.getTime() - other.at.getTime());
    for (const { at, ...slot } of ofDay) {
      if (at <= last) continue;
      if (at > until) return;
      last = at;
      yield { publishAt: at.toISOString(), ...slot };
    }
  }
}
