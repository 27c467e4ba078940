import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { slotZones } from '../scheduling/public.ts';
import { type ConnectionTable, connectionTable } from './connection-table.ts';
import { shown, type ViewTools } from './connection-view.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';

type Tools = ViewTools & { connections: Pick<ConnectionTable, 'find'> };

export async function getConnection({ path, caller }: Call<typeof connectionsContract.getConnection>, tools: Tools) {
  const connection = await tools.connections.find(caller.teamId, path.connectionId);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  return shown(connection, tools);
}

export const handler = endpoint(connectionsContract.getConnection, getConnection, () => ({
  connections: connectionTable(),
  zones: slotZones(),
}));
