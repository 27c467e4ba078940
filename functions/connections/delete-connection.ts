import { type AdapterFor, adapterFor } from '../platforms/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import { type SecretBox, secretBox } from '../runtime/secrets.ts';
import { secretContext } from './account-opener.ts';
import { type ConnectionTable, connectionTable } from './connection-table.ts';
import { connectionFaults, connectionsContract } from './contract.ts';
import { endGrant } from './grant.ts';

type Tools = {
  connections: Pick<ConnectionTable, 'find' | 'delete'>;
  secrets: Pick<SecretBox, 'open'>;
  adapterFor: AdapterFor;
};

/** The access is ended first: a run that dies in between leaves a connection that can be deleted again. */
export async function deleteConnection(
  { path, caller }: Call<typeof connectionsContract.deleteConnection>,
  { connections, secrets, adapterFor }: Tools,
) {
  const connection = await connections.find(caller.teamId, path.connectionId);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  const { platform, sealedSecret } = connection;
  const secret = await secrets.open(sealedSecret, secretContext(connection));
  await endGrant(platform, { ...connection, secret }, adapterFor);
  await connections.delete(connection);
  log.info('connection.deleted', { teamId: caller.teamId, connectionId: path.connectionId, platform });
}

export const handler = endpoint(connectionsContract.deleteConnection, deleteConnection, () => ({
  connections: connectionTable(),
  secrets: secretBox(),
  adapterFor,
}));
