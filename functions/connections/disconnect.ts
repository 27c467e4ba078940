import type { AccessFor } from '../platforms/public.ts';
import { log } from '../runtime/log.ts';
import type { SecretBox } from '../runtime/secrets.ts';

import type { ConnectionTable, StoredConnection } from './connection-table.ts';
import { endGrant } from './grant.ts';
import { secretContext } from './secret-renewal.ts';

export type DisconnectTools = {
  connections: Pick<ConnectionTable, 'delete' | 'hasOtherHolders'>;
  secrets: Pick<SecretBox, 'open'>;
  accessFor: AccessFor;
};

/** The access is ended first: a run that dies in between leaves a connection that can be deleted again. */
export async function disconnect(connection: StoredConnection, tools: DisconnectTools): Promise<void> {
  const { id, teamId, platform, sealedSecret } = connection;
  if (!(await isNeededElsewhere(connection, tools))) {
    const secret = await tools.secrets.open(sealedSecret, secretContext(connection));
    await endGrant(platform, { ...connection, secret }, tools.accessFor);
  }
  await tools.connections.delete(connection);
  log.info('connection.deleted', { teamId, connectionId: id, platform });
}

/** Where several connections live on one token or one consent, ending it for one would end it for all. */
async function isNeededElsewhere(connection: StoredConnection, { accessFor, connections }: DisconnectTools) {
  const { sharesTokens } = await accessFor(connection.platform);
  const isShared = connection.grantKey !== undefined || sharesTokens;
  return isShared && (await connections.hasOtherHolders(connection));
}
