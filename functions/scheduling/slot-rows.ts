import type { Write } from '../runtime/table.ts';
import type { WeeklySlots } from './contract.ts';

// Weekly slots of a connection   pk TEAM#<team>  sk WEEK#<connection>

type Owner = { teamId: string; connectionId: string };
type Slots = Owner & WeeklySlots & { updatedAt: string | null; revision: number };

export const slotKey = ({ teamId, connectionId }: Owner) => ({ pk: `TEAM#${teamId}`, sk: `WEEK#${connectionId}` });

/** Of connections whose slots nobody has set. */
export const usualZone = 'UTC';

/** A connection for which nothing was set has no slots. */
export const noSlots = (owner: Owner): Slots => ({
  ...owner,
  timeZone: usualZone,
  slots: [],
  updatedAt: null,
  revision: 0,
});

/** Puts slots in the place of those of a revision; 0 is of those that were never set. */
export const slotWrite = (slots: Slots, before: number): Extract<Write, { put: unknown }> => ({
  put: { ...slotKey(slots), entity: 'weeklySlots', v: 1, ...slots },
  if: before === 0 ? { pk: 'absent' } : { revision: before },
});
