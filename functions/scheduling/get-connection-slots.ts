import { connectionReader } from '../connections/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { schedulingContract } from './contract.ts';
import { type ConnectionFinder, checkIsOwn } from './own-connections.ts';
import { type SlotTable, slotTable } from './slot-table.ts';

type Tools = { connections: ConnectionFinder; slots: Pick<SlotTable, 'find'> };

export async function getConnectionSlots(
  { path: { connectionId }, caller: { teamId } }: Call<typeof schedulingContract.getConnectionSlots>,
  { connections, slots }: Tools,
) {
  const [found] = await Promise.all([
    slots.find({ teamId, connectionId }),
    checkIsOwn(connections, teamId, connectionId),
  ]);
  return found;
}

export const handler = endpoint(schedulingContract.getConnectionSlots, getConnectionSlots, () => ({
  connections: connectionReader(),
  slots: slotTable(),
}));
