import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { slotZones } from '../scheduling/public.ts';
import { type ConnectionTable, connectionTable } from './connection-table.ts';
import { connectionViews, type ViewTools } from './connection-view.ts';
import { connectionsContract } from './contract.ts';

type Tools = ViewTools & { connections: Pick<ConnectionTable, 'list'>; cursors: Cursors };

export async function listConnections(
  { query, caller }: Call<typeof connectionsContract.listConnections>,
  tools: Tools,
) {
  const { limit, cursor } = query;
  const scope = `listConnections ${caller.teamId}`;
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const found = await tools.connections.list(caller.teamId, { limit, after });
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items: await connectionViews(items, tools), next: last ? tools.cursors.write(scope, last.id) : null };
}

export const handler = endpoint(connectionsContract.listConnections, listConnections, () => ({
  connections: connectionTable(),
  zones: slotZones(),
  cursors: cursors(),
}));
