import { connectionReader } from '../connections/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { schedulingContract } from './contract.ts';
import { type ConnectionFinder, checkIsOwn } from './own-connections.ts';
import { type SlotTable, slotTable } from './slot-table.ts';

type Tools = { connections: ConnectionFinder; slots: Pick<SlotTable, 'set'>; now: Now };

export async function setConnectionSlots(
  { path: { connectionId }, body, caller, expectedRevision }: Call<typeof schedulingContract.setConnectionSlots>,
  { connections, slots, now }: Tools,
) {
  const { teamId } = caller;
  await checkIsOwn(connections, teamId, connectionId);
  return slots.set({ teamId, connectionId }, body, { now: now(), expected: expectedRevision });
}

export const handler = endpoint(schedulingContract.setConnectionSlots, setConnectionSlots, () => ({
  connections: connectionReader(),
  slots: slotTable(),
  now,
}));
