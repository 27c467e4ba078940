import { LocalTime } from '../runtime/shapes.ts';

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
/** Monday first, as RFC 5545 counts. */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
type Weekday = (typeof weekdays)[number];

/** The rule of RFC 5545, as far as posts recur: by days, weeks, months or years, at times of a day. */
export type ParsedRule = {
  frequency: (typeof frequencies)[number];
  interval: number;
  /** How it ends: one of the two. `until` is a local time, the last that may be. */
  count?: number;
  until?: string;
  /** `nth`: of the month or year, from its end when negative; 0 for each one. */
  byDay?: readonly { weekday: Weekday; nth: number }[];
  byMonthDay?: readonly number[];
  byMonth?: readonly number[];
  byHour?: readonly number[];
  byMinute?: readonly number[];
  bySetPosition?: readonly number[];
  weekStart: Weekday;
};

/** What is wrong about a rule, in words for the caller. `endless`: it has neither UNTIL nor COUNT. */
export class WrongRule extends Error {
  readonly isEndless: boolean;
  constructor(message: string, { isEndless = false } = {}) {
    super(message);
    this.isEndless = isEndless;
  }
}

type Parts = Map<string, string>;

/** The rule that a text such as `FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10` is. `localTimeOf` is that of the rule's zone. */
export function parseRule(text: string, localTimeOf: (at: Date) => string): ParsedRule {
  const parts = partsOf(text);
  const [until, count] = [parts.get('UNTIL'), parts.get('COUNT')];
  if (until === undefined && count === undefined) throw new WrongRule('needs UNTIL or COUNT', { isEndless: true });
  if (until !== undefined && count !== undefined) throw new WrongRule('has UNTIL and COUNT; only one may be');
  const frequency = oneOf(frequencies, 'FREQ', parts.get('FREQ') ?? 'missing');
  const rule = {
    frequency,
    interval: numberOf('INTERVAL', parts.get('INTERVAL') ?? '1', { min: 1, max: 1000 }),
    weekStart: oneOf(weekdays, 'WKST', parts.get('WKST') ?? 'MO'),
    ...(count !== undefined && { count: numberOf('COUNT', count, { min: 1, max: 1_000_000 }) }),
    ...(until !== undefined && { until: untilOf(until, localTimeOf) }),
    ...(parts.has('BYDAY') && { byDay: listOf(parts, 'BYDAY').map((one) => weekdayOf(one, frequency)) }),
    ...numbers(parts, 'BYMONTHDAY', 'byMonthDay', { min: -31, max: 31 }),
    ...numbers(parts, 'BYMONTH', 'byMonth', { min: 1, max: 12 }),
    ...numbers(parts, 'BYHOUR', 'byHour', { min: 0, max: 23 }),
    ...numbers(parts, 'BYMINUTE', 'byMinute', { min: 0, max: 59 }),
    ...numbers(parts, 'BYSETPOS', 'bySetPosition', { min: -366, max: 366 }),
  };
  checkWhole(rule);
  return rule;
}

const known = 'FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTHDAY BYMONTH BYHOUR BYMINUTE BYSETPOS'.split(' ');

function partsOf(text: string): Parts {
  const parts: Parts = new Map();
  for (const part of text
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')) {
    const [, name, value] = /^([A-Z]+)=([A-Z\d,+-]+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined)
      throw new WrongRule('is made of parts like COUNT=10, with ; between');
    if (!known.includes(name)) throw new WrongRule(`${name} is not known here; known are ${known.join(', ')}`);
    if (parts.has(name)) throw new WrongRule(`${name} is there twice`);
    parts.set(name, value);
  }
  return parts;
}

function checkWhole({ frequency, byMonthDay, byDay, byHour, byMinute, bySetPosition }: ParsedRule): void {
  if (frequency === 'WEEKLY' && byMonthDay) throw new WrongRule('BYMONTHDAY is not for FREQ=WEEKLY');
  if ([byMonthDay, bySetPosition].some((numbers) => numbers?.includes(0)))
    throw new WrongRule('BYMONTHDAY and BYSETPOS count from 1, or from -1 backwards');
  if (byMonthDay && byDay?.some(({ nth }) => nth !== 0))
    throw new WrongRule('BYDAY with a number and BYMONTHDAY do not go together');
  if (bySetPosition && ![byDay, byMonthDay, byHour, byMinute].some(Boolean))
    throw new WrongRule('BYSETPOS picks from what another BY… gives, and there is none');
}

const listOf = (parts: Parts, name: string) => (parts.get(name) ?? '').split(',');

function numbers<Field extends string>(parts: Parts, name: string, field: Field, range: { min: number; max: number }) {
  if (!parts.has(name)) return {};
  const values = new Set(listOf(parts, name).map((text) => numberOf(name, text, range)));
  return { [field]: [...values].toSorted((one, other) => one - other) } as Record<Field, number[]>;
}

function numberOf(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const number = /^[+-]?\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max)) throw new WrongRule(`${name} takes ${min} to ${max}, not "${text}"`);
  return number;
}

function oneOf<const Value extends string>(values: readonly Value[], name: string, text: string): Value {
  const value = values.find((one) => one === text);
  if (value === undefined) throw new WrongRule(`${name} is one of ${values.join(', ')}, not ${text}`);
  return value;
}

function weekdayOf(text: string, frequency: ParsedRule['frequency']) {
  const [, nth = '', day = text] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  const weekday = oneOf(weekdays, 'BYDAY', day);
  if (nth === '') return { weekday, nth: 0 };
  if (frequency === 'DAILY' || frequency === 'WEEKLY') throw new WrongRule(`"${text}" is for FREQ=MONTHLY and YEARLY`);
  if (Number(nth) === 0) throw new WrongRule(`"${text}" counts from 1, or from -1 backwards`);
  return { weekday, nth: Number(nth) };
}

/** A day counts whole; a time in UTC is that of the zone's clocks then. */
function untilOf(text: string, localTimeOf: (at: Date) => string): string {
  const [, year, month, day, hour = '23', minute = '59', utc] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z)?)?$/.exec(text) ?? [];
  const localTime = LocalTime.safeParse(`${year}-${month}-${day}T${hour}:${minute}`);
  if (!localTime.success) throw new WrongRule(`UNTIL is a time like 20301231 or 20301231T173000Z, not "${text}"`);
  return utc ? localTimeOf(new Date(`${localTime.data}:00Z`)) : localTime.data;
}
