import * as z from 'zod';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import { ConnectionSlots, type WeeklySlots } from './contract.ts';

const StoredSlots = ConnectionSlots.extend({ teamId: z.string(), revision: z.number().int() });
export type StoredSlots = z.infer<typeof StoredSlots>;
type Owner = Pick<StoredSlots, 'teamId' | 'connectionId'>;

// Weekly slots of a connection   pk TEAM#<team>  sk WEEK#<connection>
const rowKey = ({ teamId, connectionId }: Owner) => ({ pk: `TEAM#${teamId}`, sk: `WEEK#${connectionId}` });

/** Whoever sends no `If-Match` writes over what others wrote meanwhile, which happens once or twice at most. */
const setTries = 5;

export function slotTable(table: Table = dynamoTable()) {
  /** A connection for which nothing was set has no slots. */
  async function find(owner: Owner): Promise<StoredSlots> {
    const none = { ...owner, timeZone: 'UTC', slots: [], updatedAt: null, revision: 0 };
    return StoredSlots.parse((await table.get(rowKey(owner))) ?? none);
  }

  return {
    find,
    /** Refused when they are not of the expected revision. */
    async set(owner: Owner, week: WeeklySlots, { now, expected }: { now: Date; expected: number | undefined }) {
      for (let tries = setTries; tries > 0; tries--) {
        const { revision } = await find(owner);
        if (expected !== undefined && expected !== revision) break;
        const slots = { ...owner, ...week, updatedAt: now.toISOString(), revision: revision + 1 };
        const row = { ...rowKey(owner), entity: 'weeklySlots', v: 1, ...slots };
        try {
          await table.put(row, revision === 0 ? { pk: 'absent' } : { revision });
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
