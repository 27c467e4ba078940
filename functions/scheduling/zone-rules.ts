/** What the clocks of a zone made of a local time: nothing, moved it on over a gap, or took the first of two. */
export type Adjusted = 'gap' | 'overlap' | null;
export type Placed = { at: Date; adjusted: Adjusted };

const minuteMs = 60_000;
/** Further than any offset, so that the instant of a local time surely lies between. */
const dayMs = 24 * 60 * minuteMs;

/**
 * The rules of a time zone, as the runtime's own zone data has them: a few lines over `Intl`, since the polyfill of
 * Temporal weighs 18 kB in every bundle that schedules. Tests hold them against it.
 *
 * Where clocks go forward, a local time in the gap is later by its length; where they go back, the first of two counts.
 */
export function zoneRules(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });

  function offsetMs(ms: number): number {
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(ms)) ?? [];
    const size = (Number(hours) * 60 + Number(minutes)) * minuteMs + Number(seconds) * 1000;
    return sign === '-' ? -size : size;
  }

  return {
    /** When a local time such as `2030-03-31T02:30` is. */
    instantOf(localTime: string): Placed {
      const wall = Date.parse(`${localTime}Z`);
      const before = wall - offsetMs(wall - dayMs);
      const after = wall - offsetMs(wall + dayMs);
      const [first] = [...new Set([before, after])].filter((ms) => ms + offsetMs(ms) === wall).toSorted(ascending);
      if (first === undefined) return { at: new Date(before), adjusted: 'gap' };
      const isRepeated = first === before && before < after && after + offsetMs(after) === wall;
      return { at: new Date(first), adjusted: isRepeated ? 'overlap' : null };
    },
    /** What clocks show at an instant, to the minute. */
    localTimeOf: (at: Date): string => new Date(at.getTime() + offsetMs(at.getTime())).toISOString().slice(0, 16),
  };
}

const ascending = (one: number, other: number) => one - other;
