import * as z from 'zod';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import { ConnectionSlots, type WeeklySlots } from './contract.ts';
import { noSlots, slotKey, slotWrite } from './slot-rows.ts';

const StoredSlots = ConnectionSlots.extend({ teamId: z.string(), revision: z.number().int() });
export type StoredSlots = z.infer<typeof StoredSlots>;
type Owner = Pick<StoredSlots, 'teamId' | 'connectionId'>;

/** Whoever sends no `If-Match` writes over what others wrote meanwhile, which happens once or twice at most. */
const setTries = 5;

export function slotTable(table: Table = dynamoTable()) {
  async function find(owner: Owner): Promise<StoredSlots> {
    return StoredSlots.parse((await table.get(slotKey(owner))) ?? noSlots(owner));
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
