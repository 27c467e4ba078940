import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WeeklySlots } from '../../functions/scheduling/contract.ts';
import { slotTimes } from '../../functions/scheduling/weekly-slots.ts';
import { zoneRules } from '../../functions/scheduling/zone-rules.ts';

const dayMs = 24 * 3600 * 1000;
const daysOn = (from: Date, days: number) => new Date(from.getTime() + days * dayMs);
const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const twoDigits = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'));
const slot = fc.record({
  day: fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'),
  time: fc.tuple(twoDigits(23), twoDigits(59)).map((parts) => parts.join(':')),
});
const weeks = fc
  .record({
    timeZone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
    slots: fc.uniqueArray(slot, { maxLength: 10, selector: ({ day, time }) => day + time }),
  })
  .map((week) => WeeklySlots.parse(week));
const starts = fc.date({ min: new Date('2026-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });

describe('the times of weekly slots', () => {
  test('are each slot once a week, in order, in the zone of the connection', () => {
    fc.assert(
      fc.property(weeks, starts, (week, from) => {
        const until = daysOn(from, 28);
        const times = [...slotTimes(week, from, until)];
        const { instantOf } = zoneRules(week.timeZone);
        for (const { publishAt, localTime, adjusted } of times) {
          expect(instantOf(localTime)).toEqual({ at: new Date(publishAt), adjusted });
          const day = names[new Date(`${localTime}Z`).getUTCDay()];
          expect(week.slots).toContainEqual({ day, time: localTime.slice(11) });
        }
        const instants = times.map(({ publishAt }) => publishAt);
        expect(instants).toEqual([...new Set(instants)].toSorted());
        expect(instants.every((at) => at > from.toISOString() && at <= until.toISOString())).toBe(true);
        // Of four weeks, one slot at an edge and one that clocks move onto another may be missing.
        expect(times.length).toBeGreaterThanOrEqual(4 * week.slots.length - 2);
        expect(times.length).toBeLessThanOrEqual(4 * week.slots.length + 1);
      }),
      { numRuns: 200 },
    );
  });

  test('stay at their time of day when clocks change', () => {
    const week = WeeklySlots.parse({ timeZone: 'Europe/Berlin', slots: [{ day: 'sun', time: '09:30' }] });
    const times = [...slotTimes(week, new Date('2030-03-20T00:00:00Z'), new Date('2030-04-02T00:00:00Z'))];
    expect(times.map(({ publishAt }) => publishAt)).toEqual(['2030-03-24T08:30:00.000Z', '2030-03-31T07:30:00.000Z']);
  });

  test('in a gap are later, and one where two fall together', () => {
    const slots = ['02:30', '03:30', '03:10'].map((time) => ({ day: 'sun', time }));
    const week = WeeklySlots.parse({ timeZone: 'Europe/Berlin', slots });
    expect([...slotTimes(week, new Date('2030-03-30T12:00:00Z'), new Date('2030-04-01T00:00:00Z'))]).toEqual([
      { publishAt: '2030-03-31T01:10:00.000Z', localTime: '2030-03-31T03:10', adjusted: null },
      { publishAt: '2030-03-31T01:30:00.000Z', localTime: '2030-03-31T02:30', adjusted: 'gap' },
    ]);
  });
});
