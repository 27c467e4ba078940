import { describe, expect, test } from 'vitest';
import { parseRule, WrongRule } from '../../functions/scheduling/recurrence-rule.ts';
import { zoneRules } from '../../functions/scheduling/zone-rules.ts';

const { localTimeOf } = zoneRules('Europe/Berlin');

function complaint(text: string) {
  try {
    parseRule(text, localTimeOf);
    return 'taken';
  } catch (error) {
    if (error instanceof WrongRule) return error;
    throw error;
  }
}

describe('a rule', () => {
  test('is read whole, in any case and with its name', () => {
    expect(parseRule('rrule:freq=monthly;interval=2;byday=-1fr,2mo;wkst=su;count=10', localTimeOf)).toEqual({
      frequency: 'MONTHLY',
      interval: 2,
      byDay: [
        { weekday: 'FR', nth: -1 },
        { weekday: 'MO', nth: 2 },
      ],
      weekStart: 'SU',
      count: 10,
    });
  });

  test.each([
    ['20301231', '2030-12-31T23:59'],
    ['20301231T173000', '2030-12-31T17:30'],
    ['20301231T173000Z', '2030-12-31T18:30'],
    ['20300731T173000Z', '2030-07-31T19:30'],
  ])('until %s ends at %s in Berlin', (until, localTime) => {
    expect(parseRule(`FREQ=DAILY;UNTIL=${until}`, localTimeOf)).toMatchObject({ until: localTime });
  });

  test('without an end is told apart from what is wrong', () => {
    expect(complaint('FREQ=DAILY')).toMatchObject({ isEndless: true });
    expect(complaint('FREQ=DAILY;COUNT=0')).toMatchObject({ isEndless: false });
  });

  test.each([
    ['both ends', 'FREQ=DAILY;COUNT=1;UNTIL=20301231', 'only one'],
    ['no frequency', 'COUNT=1', 'FREQ'],
    ['an hourly frequency', 'FREQ=HOURLY;COUNT=1', 'DAILY, WEEKLY'],
    ['an unknown part', 'FREQ=DAILY;COUNT=1;BYEASTER=1', 'BYEASTER'],
    ['a part that posts have no use for', 'FREQ=YEARLY;COUNT=1;BYWEEKNO=1', 'BYWEEKNO'],
    ['a part twice', 'FREQ=DAILY;COUNT=1;COUNT=2', 'twice'],
    ['a part without value', 'FREQ=DAILY;COUNT=', 'parts like'],
    ['no parts', 'every day', 'parts like'],
    ['a number out of range', 'FREQ=DAILY;COUNT=1;BYHOUR=24', '0 to 23'],
    ['what is no number', 'FREQ=DAILY;COUNT=1;INTERVAL=two', 'INTERVAL'],
    ['no interval', 'FREQ=DAILY;COUNT=1;INTERVAL=0', 'INTERVAL'],
    ['a day 0', 'FREQ=MONTHLY;COUNT=1;BYMONTHDAY=0', 'BYMONTHDAY'],
    ['an unknown weekday', 'FREQ=WEEKLY;COUNT=1;BYDAY=XX', 'BYDAY'],
    ['the second Monday of a week', 'FREQ=WEEKLY;COUNT=1;BYDAY=2MO', 'MONTHLY'],
    ['a zeroth Monday', 'FREQ=MONTHLY;COUNT=1;BYDAY=0MO', 'counts from 1'],
    ['a day of the month in a week', 'FREQ=WEEKLY;COUNT=1;BYMONTHDAY=1', 'WEEKLY'],
    ['a numbered weekday with a day of the month', 'FREQ=MONTHLY;COUNT=1;BYDAY=1MO;BYMONTHDAY=1', 'together'],
    ['a position of nothing', 'FREQ=MONTHLY;COUNT=1;BYSETPOS=1', 'BYSETPOS'],
    ['an end that is no day', 'FREQ=DAILY;UNTIL=20300230', 'UNTIL'],
    ['an end in words', 'FREQ=DAILY;UNTIL=never', 'UNTIL'],
    ['lines around it', 'DTSTART:20300101T090000\nRRULE:FREQ=DAILY;COUNT=1', 'parts like'],
  ])('with %s is refused, saying so', (_, text, words) => {
    expect(complaint(text)).toMatchObject({ message: expect.stringContaining(words) });
  });
});
