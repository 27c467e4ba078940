import { type ParsedRule, weekdays } from './recurrence-rule.ts';

const dayMs = 24 * 3600 * 1000;
/** Days since 1970-01-01, which was a Thursday. */
type Day = number;

/**
 * The local times that a rule gives from `start` on, in order, until it ends or `last` is passed. `start` itself is one
 * only when the rule gives it; what the rule leaves open (the weekday, the day of the month, the time) it takes from there.
 */
export function* occurrencesOf(rule: ParsedRule, start: string, last: string): Generator<string> {
  const whole = completed(rule, start);
  const times = timesOf(whole, start);
  const end = rule.until !== undefined && rule.until < last ? rule.until : last;
  let left = rule.count ?? Number.POSITIVE_INFINITY;
  for (const period of periodsOf(whole, dayOf(start))) {
    const [firstDay] = period;
    if (firstDay === undefined || textOf(firstDay) > end) return;
    const days = period.filter((day) => matches(day, whole));
    for (const localTime of picked(
      days.flatMap((day) => times.map((time) => `${textOf(day)}T${time}`)),
      rule,
    )) {
      if (localTime < start) continue;
      if (localTime > end || left-- <= 0) return;
      yield localTime;
    }
  }
}

const dayOf = (localTime: string): Day => Date.parse(localTime.slice(0, 10)) / dayMs;
const textOf = (day: Day) => new Date(day * dayMs).toISOString().slice(0, 10);
const weekdayOf = (day: Day) => weekdays[(day + 3) % 7] ?? 'MO';
const dateOf = (day: Day) => {
  const date = new Date(day * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, monthDay: date.getUTCDate() };
};
const firstDayOf = (year: number, month: number): Day => Date.UTC(year, month - 1, 1) / dayMs;
const range = (from: Day, to: Day): Day[] => Array.from({ length: to - from }, (_, place) => from + place);

/** The rule with what it takes from its start. */
function completed(rule: ParsedRule, start: string): ParsedRule {
  const { frequency, byDay, byMonthDay, byMonth } = rule;
  if (byDay || byMonthDay || frequency === 'DAILY') return rule;
  const { month, monthDay } = dateOf(dayOf(start));
  if (frequency === 'WEEKLY') return { ...rule, byDay: [{ weekday: weekdayOf(dayOf(start)), nth: 0 }] };
  if (frequency === 'MONTHLY') return { ...rule, byMonthDay: [monthDay] };
  return { ...rule, byMonthDay: [monthDay], byMonth: byMonth ?? [month] };
}

function timesOf({ byHour, byMinute }: ParsedRule, start: string): string[] {
  const [hour = '00', minute = '00'] = start.slice(11).split(':');
  const hours = byHour?.map(twoDigits) ?? [hour];
  const minutes = byMinute?.map(twoDigits) ?? [minute];
  return hours.flatMap((one) => minutes.map((other) => `${one}:${other}`));
}
const twoDigits = (number: number) => String(number).padStart(2, '0');

/** The days, weeks, months or years of the rule, beginning with that of its start; each as its days. */
function* periodsOf({ frequency, interval, weekStart }: ParsedRule, start: Day): Generator<Day[]> {
  const { year, month } = dateOf(start);
  const sinceWeekStart = (weekdays.indexOf(weekdayOf(start)) - weekdays.indexOf(weekStart) + 7) % 7;
  for (let step = 0; ; step += interval)
    switch (frequency) {
      case 'DAILY':
        yield [start + step];
        break;
      case 'WEEKLY':
        yield range(start - sinceWeekStart + 7 * step, start - sinceWeekStart + 7 * step + 7);
        break;
      case 'MONTHLY':
        yield range(firstDayOf(year, month + step), firstDayOf(year, month + step + 1));
        break;
      case 'YEARLY':
        yield range(firstDayOf(year + step, 1), firstDayOf(year + step + 1, 1));
    }
}

function matches(day: Day, rule: ParsedRule): boolean {
  const { year, month, monthDay } = dateOf(day);
  const { byMonth, byMonthDay, byDay } = rule;
  if (byMonth && !byMonth.includes(month)) return false;
  const length = firstDayOf(year, month + 1) - firstDayOf(year, month);
  if (byMonthDay && !byMonthDay.includes(monthDay) && !byMonthDay.includes(monthDay - length - 1)) return false;
  return byDay === undefined || byDay.some((one) => isNth(day, one, rule));
}

/** Whether a day is this weekday, the nth one of its month or, in a yearly rule without months, of its year. */
function isNth(
  day: Day,
  { weekday, nth }: NonNullable<ParsedRule['byDay']>[number],
  { frequency, byMonth }: ParsedRule,
): boolean {
  if (weekdayOf(day) !== weekday) return false;
  if (nth === 0) return true;
  const { year, month } = dateOf(day);
  const isOfYear = frequency === 'YEARLY' && !byMonth;
  const first = isOfYear ? firstDayOf(year, 1) : firstDayOf(year, month);
  const end = isOfYear ? firstDayOf(year + 1, 1) : firstDayOf(year, month + 1);
  return nth > 0 ? Math.floor((day - first) / 7) + 1 === nth : -Math.floor((end - 1 - day) / 7) - 1 === nth;
}

/** Those of a period at the positions that BYSETPOS names, counted from 1, or from -1 backwards. */
function picked(localTimes: string[], { bySetPosition }: ParsedRule): string[] {
  if (!bySetPosition) return localTimes;
  const places = new Set(bySetPosition.map((position) => (position > 0 ? position - 1 : localTimes.length + position)));
  return localTimes.filter((_, place) => places.has(place));
}
