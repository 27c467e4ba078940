import { connectionReader } from '../connections/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { schedulingContract } from './contract.ts';
import { type FreeSlots, freeSlots } from './free-slots.ts';
import { type ConnectionFinder, checkIsOwn } from './own-connections.ts';

type Tools = { connections: ConnectionFinder; slots: FreeSlots; now: Now };

export async function listFreeSlots(
  { path: { connectionId }, query, caller: { teamId } }: Call<typeof schedulingContract.listFreeSlots>,
  { connections, slots, now }: Tools,
) {
  const [items] = await Promise.all([
    slots.list({ teamId, connectionId }, { now: now(), limit: query.limit }),
    checkIsOwn(connections, teamId, connectionId),
  ]);
  return { items };
}

export const handler = endpoint(schedulingContract.listFreeSlots, listFreeSlots, () => ({
  connections: connectionReader(),
  slots: freeSlots(),
  now,
}));
