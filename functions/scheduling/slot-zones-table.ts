import { dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { StoredSlots, slotKey, slotTable, slotWrite } from './slot-table.ts';

/** The time zones of connections, which are kept with their weekly slots, for the domain that shows and changes them. */
export function slotZones(table: Table = dynamoTable()) {
  return {
    /** Those of at most 100 connections that have one of their own. */
    async find(teamId: string, connectionIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const rows = await table.getMany(
        [...new Set(connectionIds)].map((connectionId) => slotKey({ teamId, connectionId })),
      );
      const found = rows.map((row) => StoredSlots.parse(row));
      return new Map(found.map(({ connectionId, timeZone }) => [connectionId, timeZone]));
    },

    /** What gives a connection another zone, with the slots that it has. It holds while they are as they are now. */
    async change(owner: { teamId: string; connectionId: string }, timeZone: string, now: Date): Promise<Write> {
      const slots = await slotTable(table).find(owner);
      const { revision } = slots;
      return slotWrite({ ...slots, timeZone, updatedAt: now.toISOString(), revision: revision + 1 }, revision);
    },
  };
}
export type SlotZones = ReturnType<typeof slotZones>;
