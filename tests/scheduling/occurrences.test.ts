import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { describe, expect, test } from 'vitest';
import { occurrencesOf } from '../../functions/scheduling/occurrences.ts';
import { parseRule } from '../../functions/scheduling/recurrence-rule.ts';

const inUtc = (at: Date) => at.toISOString().slice(0, 16);
const farOff = '2050-01-01T00:00';
const ours = (text: string, start: string, last = farOff) => [...occurrencesOf(parseRule(text, inUtc), start, last)];

/** The same by the library of the field, which weighs 180 kB and therefore only proves ours. */
function theirs(text: string, start: string, last: string): string[] {
  const rruleString = `DTSTART;TZID=UTC:${start.replace(/[-:]/g, '')}00\nRRULE:${text}`;
  const all = new RRuleTemporal({ rruleString, maxIterations: 100_000 }).all((_, place) => place < 2000);
  return all.map((at) => at.toPlainDateTime().toString().slice(0, 16)).filter((localTime) => localTime <= last);
}

const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const someOf = (numbers: fc.Arbitrary<number>, maxLength: number) =>
  fc.uniqueArray(numbers, { minLength: 1, maxLength });
const fromOne = (max: number) => fc.integer({ min: -max, max }).filter((number) => number !== 0);
const weekdays = fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 });
/** The library takes a weekday once only, and not both with a number and without. */
const nthWeekdays = weekdays.chain((days) =>
  fc.tuple(...days.map((day) => fc.constantFrom(1, 2, 4, 5, -1, -2, -5).map((nth) => `${nth}${day}`))),
);

const rules = fc
  .record({
    FREQ: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    INTERVAL: fc.integer({ min: 1, max: 4 }),
    WKST: sometimes(weekday),
    BYDAY: sometimes(weekdays),
    nth: sometimes(nthWeekdays),
    BYMONTHDAY: sometimes(someOf(fromOne(31), 3)),
    BYMONTH: sometimes(someOf(fc.integer({ min: 1, max: 12 }), 3)),
    BYHOUR: sometimes(someOf(fc.nat(23), 2)),
    BYMINUTE: sometimes(someOf(fc.nat(59), 2)),
    BYSETPOS: sometimes(someOf(fromOne(4), 2)),
    COUNT: sometimes(fc.integer({ min: 1, max: 25 })),
  })
  .map(({ nth, COUNT, BYMONTHDAY, BYSETPOS, ...rule }) => {
    const ofMonth = rule.FREQ === 'WEEKLY' ? undefined : BYMONTHDAY;
    const isByMonth = ['MONTHLY', 'YEARLY'].includes(rule.FREQ) && ofMonth === undefined;
    const BYDAY = isByMonth ? (nth ?? rule.BYDAY) : rule.BYDAY;
    const hasSet = [BYDAY, ofMonth, rule.BYHOUR, rule.BYMINUTE].some(Boolean);
    const end = COUNT === undefined ? { UNTIL: '20330615T120000Z' } : { COUNT };
    return { ...rule, BYDAY, BYMONTHDAY: ofMonth, ...(hasSet && { BYSETPOS }), ...end };
  })
  .map((parts) =>
    Object.entries(parts)
      .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${String(value)}`]))
      .join(';'),
  );
const starts = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2032-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 16));

describe('the occurrences of a rule', () => {
  test('are those that the library of the field gives', () => {
    const last = '2036-01-01T00:00';
    fc.assert(
      fc.property(rules, starts, (text, start) => {
        const found = ours(text, start, last);
        // Where a count is not reached, the library would look on for thousands of years.
        const isReached = text.endsWith(`COUNT=${found.length}`);
        const bounded = isReached ? text : text.replace(/COUNT=\d+$/, 'UNTIL=20360101T000000Z');
        expect(found.slice(0, 1500)).toEqual(theirs(bounded, start, last).slice(0, 1500));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['daily', 'FREQ=DAILY;COUNT=3', '2030-02-27T09:00', ['2030-02-27T09:00', '2030-02-28T09:00', '2030-03-01T09:00']],
    [
      'on workdays',
      'FREQ=WEEKLY;BYDAY=MO,FR;COUNT=3',
      '2030-01-01T09:00',
      ['2030-01-04T09:00', '2030-01-07T09:00', '2030-01-11T09:00'],
    ],
    [
      'on the 31st, where there is one',
      'FREQ=MONTHLY;COUNT=3',
      '2030-01-31T09:00',
      ['2030-01-31T09:00', '2030-03-31T09:00', '2030-05-31T09:00'],
    ],
    [
      'on the last day of the month',
      'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2',
      '2030-01-31T09:00',
      ['2030-01-31T09:00', '2030-02-28T09:00'],
    ],
    [
      'on the first workday of the month',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1;COUNT=2',
      '2030-06-01T09:00',
      ['2030-06-03T09:00', '2030-07-01T09:00'],
    ],
    ['on a leap day', 'FREQ=YEARLY;COUNT=2', '2028-02-29T09:00', ['2028-02-29T09:00', '2032-02-29T09:00']],
    [
      'twice a day',
      'FREQ=DAILY;BYHOUR=8,20;COUNT=3',
      '2030-01-01T09:30',
      ['2030-01-01T20:30', '2030-01-02T08:30', '2030-01-02T20:30'],
    ],
    ['until a day, whole', 'FREQ=DAILY;UNTIL=20300102', '2030-01-01T23:59', ['2030-01-01T23:59', '2030-01-02T23:59']],
    [
      'on the first and every Monday',
      'FREQ=YEARLY;BYDAY=1MO,MO;COUNT=2',
      '2030-01-01T09:00',
      ['2030-01-07T09:00', '2030-01-14T09:00'],
    ],
  ])('%s', (_, text, start, expected) => {
    expect(ours(text, start)).toEqual(expected);
  });

  test('of a rule that never comes true are none, and it ends', () => {
    expect(ours('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3', '2030-01-01T09:00')).toEqual([]);
  });
});
