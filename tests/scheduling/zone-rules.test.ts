import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type Placed, zoneRules } from '../../functions/scheduling/zone-rules.ts';

const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const minutes = (localTime: Temporal.PlainDateTime) => localTime.toString({ smallestUnit: 'minute' });
const anyLocalTime = fc
  .date({ min: new Date('1975-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 16));

/** Local times around a change of the clocks of a zone, where it has one; nothing else is of interest there. */
const aroundChange = fc.tuple(zones, anyLocalTime, fc.integer({ min: -150, max: 150 })).map(([zone, from, shift]) => {
  const change = Temporal.PlainDateTime.from(from).toZonedDateTime(zone).getTimeZoneTransition('next');
  const localTime = change ? minutes(change.toPlainDateTime().add({ minutes: shift })) : from;
  return [zone, localTime] as const;
});
const anywhere = fc.oneof(aroundChange, fc.tuple(zones, anyLocalTime));

/** The written rule, in the words of Temporal: `compatible` is later in a gap and first in an overlap. */
function expected(localTime: string, timeZone: string): Placed {
  const plain = Temporal.PlainDateTime.from(localTime);
  const [earlier, later, compatible] = (['earlier', 'later', 'compatible'] as const).map(
    (disambiguation) => plain.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
  );
  const isReal = minutes(plain.toZonedDateTime(timeZone).toPlainDateTime()) === localTime;
  const twice = isReal ? 'overlap' : 'gap';
  return { at: new Date(compatible ?? Number.NaN), adjusted: earlier === later ? null : twice };
}

describe('a local time', () => {
  test('is when Temporal says, in every zone, around every change and elsewhere', () => {
    fc.assert(
      fc.property(anywhere, ([timeZone, localTime]) => {
        expect(zoneRules(timeZone).instantOf(localTime)).toEqual(expected(localTime, timeZone));
      }),
      { numRuns: 2000 },
    );
  });

  test('comes back from its instant, unless clocks never show it', () => {
    fc.assert(
      fc.property(anywhere, ([timeZone, localTime]) => {
        const { instantOf, localTimeOf } = zoneRules(timeZone);
        const { at, adjusted } = instantOf(localTime);
        if (adjusted === 'gap') expect(localTimeOf(at) > localTime).toBe(true);
        else expect(localTimeOf(at)).toBe(localTime);
      }),
      { numRuns: 500 },
    );
  });

  test('that is later comes later, where clocks show both', () => {
    const pair = fc.tuple(anywhere, fc.integer({ min: 1, max: 3000 }));
    fc.assert(
      fc.property(pair, ([[timeZone, localTime], minutesOn]) => {
        const { instantOf } = zoneRules(timeZone);
        const one = instantOf(localTime);
        const other = instantOf(minutes(Temporal.PlainDateTime.from(localTime).add({ minutes: minutesOn })));
        if (one.adjusted !== 'gap' && other.adjusted !== 'gap') expect(other.at > one.at).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['in winter', 'Europe/Berlin', '2030-01-31T09:30', '2030-01-31T08:30:00.000Z', null],
    ['in summer', 'Europe/Berlin', '2030-07-31T09:30', '2030-07-31T07:30:00.000Z', null],
    ['in a gap: later', 'Europe/Berlin', '2030-03-31T02:30', '2030-03-31T01:30:00.000Z', 'gap'],
    ['at the end of a gap', 'Europe/Berlin', '2030-03-31T03:00', '2030-03-31T01:00:00.000Z', null],
    ['in an overlap: the first', 'Europe/Berlin', '2030-10-27T02:30', '2030-10-27T00:30:00.000Z', 'overlap'],
    ['in a gap of half an hour', 'Australia/Lord_Howe', '2030-10-06T02:15', '2030-10-05T15:45:00.000Z', 'gap'],
    ['on a day that was left out', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T22:00:00.000Z', 'gap'],
    ['where clocks never change', 'Asia/Kathmandu', '2030-03-31T02:30', '2030-03-30T20:45:00.000Z', null],
  ])('%s', (_, timeZone, localTime, at, adjusted) => {
    expect(zoneRules(timeZone).instantOf(localTime)).toEqual({ at: new Date(at), adjusted });
  });
});
