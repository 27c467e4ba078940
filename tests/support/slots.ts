import type { WeeklySlots } from '../../functions/scheduling/contract.ts';
import { freeSlots } from '../../functions/scheduling/free-slots.ts';
import { slotTable } from '../../functions/scheduling/slot-table.ts';
import { takenSlotTable } from '../../functions/scheduling/taken-slot-table.ts';
import { mastodonTarget, targetFinder } from './posts.ts';
import { freshTable } from './table.ts';

export type Slot = WeeklySlots['slots'][number];
export const lunch: Slot = { day: 'tue', time: '12:30' };
export const evening: Slot = { day: 'fri', time: '18:00' };

/** The tables of slots over one fresh table, and a connection of the test team. */
export async function freshSlots() {
  const table = await freshTable();
  const [slots, taken] = [slotTable(table), takenSlotTable(table)];
  const connection = mastodonTarget();
  return { table, slots, taken, free: freeSlots({ slots, taken }), connection, connections: targetFinder(connection) };
}
