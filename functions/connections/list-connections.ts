import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { slotZones } from '../scheduling/public.ts';
import { type ConnectionTable, connectionTable, type StoredConnection } from './connection-table.ts';
import { connectionViews, stateOf, type ViewTools } from './connection-view.ts';
import { connectionsContract } from './contract.ts';

type Query = Call<typeof connectionsContract.listConnections>['query'];
type Tools = ViewTools & { connections: Pick<ConnectionTable, 'list'>; cursors: Cursors };

export async function listConnections(
  { query, caller }: Call<typeof connectionsContract.listConnections>,
  tools: Tools,
) {
  const { limit, cursor, platform, state } = query;
  const { teamId } = caller;
  const scope = ['listConnections', teamId, platform ?? '', state ?? ''].join(' ');
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const found = await findWanted({ teamId, limit, after, platform, state }, tools);
  const next = found.next === undefined ? null : tools.cursors.write(scope, found.next);
  return { items: await connectionViews(found.items, tools), next };
}

type Wanted = Pick<Query, 'limit' | 'platform' | 'state'> & { teamId: string; after: string | undefined };

/** Read at a time when something is looked for, and in one request; a page may then be short before the last. */
const readAtOnce = 100;
const readAtMost = 1000;

/** A page of those that are wanted, and after which the next one begins, if there is one. */
async function findWanted({ teamId, limit, after, platform, state }: Wanted, { connections }: Tools) {
  const isFiltered = platform !== undefined || state !== undefined;
  const isWanted = (one: StoredConnection) =>
    (platform === undefined || one.platform === platform) && (state === undefined || stateOf(one) === state);
  const step = isFiltered ? readAtOnce : limit;
  const items: StoredConnection[] = [];
  let last = after;
  for (let read = 0; read < readAtMost; read += step) {
    const page = await connections.list(teamId, { limit: step, after: last });
    for (const [place, one] of page.connections.entries()) {
      last = one.id;
      if (isWanted(one)) items.push(one);
      const isEnd = place === page.connections.length - 1 && page.next === undefined;
      if (items.length === limit) return { items, next: isEnd ? undefined : last };
    }
    if (page.next === undefined) return { items, next: undefined };
  }
  return { items, next: last };
}

export const handler = endpoint(connectionsContract.listConnections, listConnections, () => ({
  connections: connectionTable(),
  zones: slotZones(),
  cursors: cursors(),
}));
