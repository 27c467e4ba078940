import type { AccessFor } from '../platforms/public.ts';
import type { Now } from '../runtime/clock.ts';
import { eventWrite } from '../runtime/events.ts';
import { log } from '../runtime/log.ts';
import type { SecretBox } from '../runtime/secrets.ts';
import type { ConnectionPlaces } from '../teams/public.ts';
import type { ConnectionTable, StoredConnection } from './connection-table.ts';
import { connectionsEvents } from './contract.ts';
import { endGrant } from './grant.ts';
import type { Scheduled } from './schemas.ts';
import { secretContext } from './secret-renewal.ts';

export type DisconnectTools = {
  connections: Pick<ConnectionTable, 'delete' | 'hasOtherHolders' | 'count'>;
  places: Pick<ConnectionPlaces, 'giveBack'>;
  now: Now;
  secrets: Pick<SecretBox, 'open'>;
  accessFor: AccessFor;
};

/** The access is ended first: a run that dies in between leaves a connection that can be deleted again. */
export async function disconnect(
  connection: StoredConnection,
  scheduled: Scheduled,
  tools: DisconnectTools,
): Promise<void> {
  const { id, teamId, platform, accountName, sealedSecret } = connection;
  if (!(await isNeededElsewhere(connection, tools))) {
    const secret = await tools.secrets.open(sealedSecret, secretContext(connection));
    await endGrant(platform, { ...connection, secret }, tools.accessFor);
  }
  const data = { connectionId: id, platform, accountName, scheduled };
  const told = eventWrite(connectionsEvents['connection.deleted'], { teamId, at: tools.now(), data });
  const place = await tools.places.giveBack(teamId, () => tools.connections.count(teamId));
  await tools.connections.delete(connection, [told, ...place]);
  log.info('connection.deleted', { teamId, connectionId: id, platform });
}

/** Where several connections live on one token or one consent, ending it for one would end it for all. */
async function isNeededElsewhere(connection: StoredConnection, { accessFor, connections }: DisconnectTools) {
  const { sharesTokens } = await accessFor(connection.platform);
  const isShared = connection.grantKey !== undefined || sharesTokens;
  return isShared && (await connections.hasOtherHolders(connection));
}
