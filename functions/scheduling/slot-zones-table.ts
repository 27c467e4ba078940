import * as z from 'zod';
import { dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { noSlots, slotKey, slotWrite } from './slot-rows.ts';

type Owner = { teamId: string; connectionId: string };

/** What of the slots is read here; the rest is left as it is. */
const ZoneRow = z.object({ connectionId: z.string(), timeZone: z.string(), revision: z.number().int() });

/** The time zones of connections, which are kept with their weekly slots, for the domain that shows and changes them. */
export function slotZones(table: Table = dynamoTable()) {
  return {
    /** Those of at most 100 connections that have one of their own. */
    async find(teamId: string, connectionIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const keys = [...new Set(connectionIds)].map((connectionId) => slotKey({ teamId, connectionId }));
      const found = z.array(ZoneRow).parse(await table.getMany(keys));
      return new Map(found.map(({ connectionId, timeZone }) => [connectionId, timeZone]));
    },

    /** What gives a connection another zone, with the slots that it has. It holds while they are as they are now. */
    async change(owner: Owner, timeZone: string, now: Date): Promise<Write> {
      const row = ZoneRow.optional().parse(await table.get(slotKey(owner)));
      const updatedAt = now.toISOString();
      if (!row) return slotWrite({ ...noSlots(owner), timeZone, updatedAt, revision: 1 }, 0);
      const change = { set: { timeZone, updatedAt }, add: { revision: 1 } };
      return { update: slotKey(owner), change, if: { revision: row.revision } };
    },
  };
}
export type SlotZones = ReturnType<typeof slotZones>;
