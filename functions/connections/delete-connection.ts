import { accessFor } from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { secretBox } from '../runtime/secrets.ts';
import { connectionPlaces } from '../teams/public.ts';
import { type ConnectionTable, connectionTable } from './connection-table.ts';
import { connectionsContract } from './contract.ts';
import { type DisconnectTools, disconnect } from './disconnect.ts';
import { connectionFaults } from './faults.ts';
import { settleScheduled, type WorkTools, workTools } from './scheduled-work.ts';
import type { Scheduled } from './schemas.ts';

export type RemoveTools = DisconnectTools & WorkTools & { connections: Pick<ConnectionTable, 'find'> };

export async function deleteConnection(
  { path, query, caller }: Call<typeof connectionsContract.deleteConnection>,
  tools: RemoveTools,
) {
  const lane = { teamId: caller.teamId, ...path };
  await removeConnection(lane, query.scheduled, tools);
}

type Lane = { teamId: string; connectionId: string };

/** What is to go out is given up before the access is, so that nothing fails for its loss that was to be cancelled. */
export async function removeConnection(
  lane: Lane,
  scheduled: Scheduled | undefined,
  tools: RemoveTools,
): Promise<void> {
  const connection = await tools.connections.find(lane.teamId, lane.connectionId);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  await settleScheduled(lane, scheduled, tools);
  await disconnect(connection, scheduled ?? 'keep', tools);
}

export const handler = endpoint(connectionsContract.deleteConnection, deleteConnection, () => ({
  connections: connectionTable(),
  secrets: secretBox(),
  places: connectionPlaces(),
  ...workTools(),
  accessFor,
  now,
}));
