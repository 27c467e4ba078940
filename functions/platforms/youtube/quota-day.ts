import { addSeconds } from '../../runtime/clock.ts';

const daySeconds = 24 * 3600;
const hour = 3600;

let clock: Intl.DateTimeFormat | undefined;

/** Seconds since midnight as clocks in California show it. */
function secondsOfDay(at: Date): number {
  clock ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const [hours = 0, minutes = 0, seconds = 0] = clock
    .formatToParts(at)
    .filter(({ type }) => type !== 'literal')
    .map(({ value }) => Number(value));
  return hours * hour + minutes * 60 + seconds;
}

/** When the quota of a project is full again: the next midnight, Pacific time. */
export function nextQuotaDay(now: Date): Date {
  const wholeSecond = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const guess = addSeconds(wholeSecond, daySeconds - secondsOfDay(wholeSecond));
  // Two days a year have 23 or 25 hours.
  const missed = secondsOfDay(guess);
  return missed === 0 ? guess : addSeconds(guess, missed > daySeconds / 2 ? daySeconds - missed : -missed);
}
