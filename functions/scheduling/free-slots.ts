import { addSeconds } from '../runtime/clock.ts';
import type { SlotTime } from './contract.ts';
import { nextOf } from './next-of.ts';
import { type SlotTable, slotTable } from './slot-table.ts';
import { type TakenSlotTable, takenSlotTable } from './taken-slot-table.ts';
import { slotTimes } from './weekly-slots.ts';

type Tools = { slots: Pick<SlotTable, 'find'>; taken: Pick<TakenSlotTable, 'list'> };
type Lane = { teamId: string; connectionId: string };
/** `own`: a slot that the asker has. */
type Search = { now: Date; limit: number; own?: string | undefined };

/** How far ahead a free slot is looked for. */
const horizonSeconds = 366 * 24 * 3600;
/** Nearer ones would be over before a post is planned for them. */
const leadSeconds = 60;
/** Slots looked at in one read, at least: some will be taken. */
const atOnce = 100;

export function freeSlots({ slots, taken }: Tools = { slots: slotTable(), taken: takenSlotTable() }) {
  async function list(lane: Lane, { now, limit, own }: Search) {
    const week = await slots.find(lane);
    const times = slotTimes(week, addSeconds(now, leadSeconds), addSeconds(now, horizonSeconds));
    const free: SlotTime[] = [];
    while (free.length < limit) {
      const some = nextOf(times, Math.max(atOnce, 2 * limit));
      const [first, last] = [some.at(0), some.at(-1)];
      if (!first || !last) break;
      const gone = await taken.list(lane, [first.publishAt, last.publishAt]);
      free.push(...some.filter(({ publishAt }) => publishAt === own || !gone.has(publishAt)));
    }
    return { timeZone: week.timeZone, free: free.slice(0, limit) };
  }

  return {
    /** The next slots of a connection that no post has, in order; fewer when there are no more within a year. */
    list: async (lane: Lane, search: Omit<Search, 'own'>): Promise<SlotTime[]> => (await list(lane, search)).free,
    /** The first of them, or the one that the asker has itself. */
    async next(lane: Lane, search: Omit<Search, 'limit'>) {
      const { timeZone, free } = await list(lane, { ...search, limit: 1 });
      const [slot] = free;
      return slot && { publishAt: slot.publishAt, localTime: slot.localTime, timeZone, inSlot: true as const };
    },
  };
}
export type FreeSlots = ReturnType<typeof freeSlots>;
