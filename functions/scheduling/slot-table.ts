import * as z from 'zod';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import type { Condition } from '../runtime/table-expressions.ts';
import { ConnectionSlots, type WeeklySlots } from './contract.ts';

export const StoredSlots = ConnectionSlots.extend({ teamId: z.string(), revision: z.number().int() });
export type StoredSlots = z.infer<typeof StoredSlots>;
type Owner = Pick<StoredSlots, 'teamId' | 'connectionId'>;

// Weekly slots of a connection   pk TEAM#<team>  sk WEEK#<connection>
export const slotKey = ({ teamId, connectionId }: Owner) => ({ pk: `TEAM#${teamId}`, sk: `WEEK#${connectionId}` });

/** Of connections whose slots nobody has set. */
export const usualZone = 'UTC';

/** Puts slots in the place of those of a revision; 0 is of those that were never set. */
export const slotWrite = (slots: StoredSlots, before: number) => {
  const holds: Condition = before === 0 ? { pk: 'absent' } : { revision: before };
  return { put: { ...slotKey(slots), entity: 'weeklySlots', v: 1, ...slots }, if: holds };
};

/** Whoever sends no `If-Match` writes over what others wrote meanwhile, which happens once or twice at most. */
const setTries = 5;

export function slotTable(table: Table = dynamoTable()) {
  /** A connection for which nothing was set has no slots. */
  async function find(owner: Owner): Promise<StoredSlots> {
    const none = { ...owner, timeZone: usualZone, slots: [], updatedAt: null, revision: 0 };
    return StoredSlots.parse((await table.get(slotKey(owner))) ?? none);
  }

  return {
    find,
    /** Refused when they are not of the expected revision. */
    async set(owner: Owner, week: WeeklySlots, { now, expected }: { now: Date; expected: number | undefined }) {
      for (let tries = setTries; tries > 0; tries--) {
        const { revision } = await find(owner);
        if (expected !== undefined && expected !== revision) break;
        const slots = { ...owner, ...week, updatedAt: now.toISOString(), revision: revision + 1 };
        const { put, if: holds } = slotWrite(slots, revision);
        try {
          await table.put(put, holds);
          return slots;
        } catch (error) {
          if (!(error instanceof ConditionFailed)) throw error;
        }
      }
      throw new Fault(commonFaults['version.changed']);
    },
  };
}
export type SlotTable = ReturnType<typeof slotTable>;
