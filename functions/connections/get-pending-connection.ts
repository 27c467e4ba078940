import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';
import { type PendingTable, pendingTable, shownPending } from './pending-table.ts';

type Tools = { pendings: Pick<PendingTable, 'find'>; now: Now };

export async function getPendingConnection(
  { path, caller }: Call<typeof connectionsContract.getPendingConnection>,
  { pendings, now }: Tools,
) {
  const pending = await pendings.find({ ...caller, ...path }, now());
  if (!pending) throw new Fault(connectionFaults['connection.pending_not_found']);
  return shownPending(pending);
}

export const handler = endpoint(connectionsContract.getPendingConnection, getPendingConnection, () => ({
  pendings: pendingTable(),
  now,
}));
