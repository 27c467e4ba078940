import { zoneRules } from '../scheduling/public.ts';
import type { PublishTime, Schedule } from './schemas.ts';

/** When a post goes out, and the local time that says so, where it was given as one. */
export type PlannedTime = { publishAt: string; schedule: Schedule | null };

/** Applies the rules of the zone as they are now; they are looked at again before the post is due. */
export function plannedTime(time: PublishTime): PlannedTime {
  if (typeof time === 'string') return { publishAt: time, schedule: null };
  const { at, adjusted } = zoneRules(time.timeZone).instantOf(time.localTime);
  return { publishAt: at.toISOString(), schedule: { ...time, adjusted } };
}
