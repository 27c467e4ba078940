import { laneSwitch } from '../publishing/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import type { Write } from '../runtime/table.ts';
import { slotZones } from '../scheduling/public.ts';
import { type ConnectionChanges, connectionChanges } from './connection-changes-table.ts';
import { type ConnectionTable, connectionTable, type StoredConnection } from './connection-table.ts';
import { shown, type ViewTools } from './connection-view.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';
import type { ConnectionPatch } from './schemas.ts';

export type UpdateTools = ViewTools & {
  connections: Pick<ConnectionTable, 'find'>;
  changes: Pick<ConnectionChanges, 'change'>;
  now: Now;
};

type Update = { teamId: string; connectionId: string; patch: ConnectionPatch; expected?: number | undefined };

/** Who sends no `If-Match` writes over what others change meanwhile. */
const tries = 5;

/** What is switched off is known to the publisher in the same instant. */
export async function changeConnection(
  { teamId, connectionId, patch, expected }: Update,
  tools: UpdateTools,
): Promise<StoredConnection> {
  for (let left = tries; left > 0; left--) {
    const connection = await tools.connections.find(teamId, connectionId);
    if (!connection) throw new Fault(connectionFaults['connection.not_found']);
    if (expected !== undefined && expected !== connection.revision) break;
    const { name, enabled: isEnabled } = patch;
    const set = { ...(name !== undefined && { name }), ...(isEnabled !== undefined && { isEnabled }) };
    const changed = await tools.changes.change(connection, set, await alsoWritten(connection, patch, tools));
    if (changed) return changed;
  }
  throw new Fault(commonFaults['version.changed']);
}

async function alsoWritten(
  { teamId, id: connectionId }: StoredConnection,
  { enabled, settings }: ConnectionPatch,
  { zones, now }: UpdateTools,
): Promise<Write[]> {
  const lane = { teamId, connectionId };
  const timeZone = settings?.timeZone;
  return [
    ...(enabled === undefined ? [] : [laneSwitch(lane, enabled)]),
    ...(timeZone === undefined ? [] : [await zones.change(lane, timeZone, now())]),
  ];
}

export async function updateConnection(
  { path, body, caller, expectedRevision }: Call<typeof connectionsContract.updateConnection>,
  tools: UpdateTools,
) {
  const { teamId } = caller;
  const update = { teamId, connectionId: path.connectionId, patch: body, expected: expectedRevision };
  return shown(await changeConnection(update, tools), tools);
}

export const handler = endpoint(connectionsContract.updateConnection, updateConnection, () => ({
  connections: connectionTable(),
  changes: connectionChanges(),
  zones: slotZones(),
  now,
}));
