import { accessFor } from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import { type Happened, subscriber } from '../runtime/events.ts';
import { secretBox } from '../runtime/secrets.ts';
import { connectionPlaces } from '../teams/public.ts';
import { type ConnectionTable, connectionTable } from './connection-table.ts';
import { connectionsSubscribers } from './contract.ts';
import { type DisconnectTools, disconnect } from './disconnect.ts';

/** Accounts disconnected side by side: a server that does not answer holds up its own group, not the run. */
const accountsAtOnce = 10;

type Tools = DisconnectTools & { connections: Pick<ConnectionTable, 'list'> };
type Deleted = Happened<typeof connectionsSubscribers.disconnectDeletedTeam>;

/**
 * A publication that finds no connection does not go out. An account that fails keeps none of the others connected: the
 * run fails after them, and when it comes again it finds what is left.
 */
export async function disconnectDeletedTeam({ teamId }: Deleted, tools: Tools): Promise<void> {
  const failures: unknown[] = [];
  let after: string | undefined;
  do {
    const { connections, next } = await tools.connections.list(teamId, { limit: accountsAtOnce, after });
    const ends = await Promise.allSettled(connections.map((connection) => disconnect(connection, 'keep', tools)));
    failures.push(...ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : [])));
    after = next;
  } while (after !== undefined);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} accounts are still connected`);
}

export const handler = subscriber(connectionsSubscribers.disconnectDeletedTeam, disconnectDeletedTeam, () => ({
  connections: connectionTable(),
  secrets: secretBox(),
  places: connectionPlaces(),
  accessFor,
  now,
}));
