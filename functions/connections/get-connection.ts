import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { type ConnectionTable, connectionTable } from './connection-table.ts';
import { connectionFaults, connectionsContract } from './contract.ts';

type Tools = { connections: Pick<ConnectionTable, 'find'> };

export async function getConnection(
  { path, caller }: Call<typeof connectionsContract.getConnection>,
  { connections }: Tools,
) {
  const connection = await connections.find(caller.teamId, path.connectionId);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  return connection;
}

export const handler = endpoint(connectionsContract.getConnection, getConnection, () => ({
  connections: connectionTable(),
}));
