import { accessFor } from '../platforms/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { secretBox } from '../runtime/secrets.ts';
import { type ConnectionTable, connectionTable } from './connection-table.ts';
import { connectionFaults, connectionsContract } from './contract.ts';
import { type DisconnectTools, disconnect } from './disconnect.ts';

type Tools = DisconnectTools & { connections: Pick<ConnectionTable, 'find'> };

export async function deleteConnection(
  { path, caller }: Call<typeof connectionsContract.deleteConnection>,
  tools: Tools,
) {
  const connection = await tools.connections.find(caller.teamId, path.connectionId);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  await disconnect(connection, tools);
}

export const handler = endpoint(connectionsContract.deleteConnection, deleteConnection, () => ({
  connections: connectionTable(),
  secrets: secretBox(),
  accessFor,
}));
