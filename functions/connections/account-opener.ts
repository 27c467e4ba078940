import type { Account } from '../platforms/public.ts';
import { log } from '../runtime/log.ts';
import { type SecretBox, secretBox } from '../runtime/secrets.ts';
import { type ConnectionTable, connectionTable, type StoredConnection, TargetConnection } from './connection-table.ts';

type Tools = {
  connections: Pick<ConnectionTable, 'find' | 'saveSecret' | 'needReconnect'>;
  secrets: SecretBox;
};

/** A connection with its tokens in the clear, for one run; nothing of `account` may be logged or stored. `secretVersion` grows when they are renewed. */
export type OpenedAccount = { connection: TargetConnection; account: Account; secretVersion: () => number };

/** What a connection's secret is sealed for: a row that is copied to another place opens nothing. */
export const secretContext = ({ teamId, id }: Pick<StoredConnection, 'teamId' | 'id'>) => ({
  teamId,
  connectionId: id,
});

/** Opens the accounts of connections, for domains that call platforms. */
export function accountOpener(tools: Tools = { connections: connectionTable(), secrets: secretBox() }) {
  const { connections, secrets } = tools;
  return {
    /** Undefined when the team has no such connection (any more). */
    async open(teamId: string, connectionId: string): Promise<OpenedAccount | undefined> {
      const stored = await connections.find(teamId, connectionId);
      if (!stored) return undefined;
      const { server, accountId, accountName } = stored;
      const secret = await secrets.open(stored.sealedSecret, secretContext(stored));
      const { saveSecret, secretVersion } = secretSaver(stored, tools);
      const account = { server, accountId, accountName, secret, saveSecret };
      return { connection: TargetConnection.parse(stored), account, secretVersion };
    },

    /** With `secretVersion`, only while the connection still has the tokens that were opened. */
    async markNeedsReconnect(teamId: string, connectionId: string, secretVersion?: number): Promise<void> {
      const isNew = await connections.needReconnect(teamId, connectionId, secretVersion);
      if (isNew) log.info('connection.needs_reconnect', { teamId, connectionId });
    },
  };
}
export type AccountOpener = ReturnType<typeof accountOpener>;

/**
 * Two runs may renew the tokens of one account at once. The one that saves second keeps its own for the rest of its run
 * and leaves the stored ones alone: both are good, and those of a new connection must not be overwritten by old ones.
 */
function secretSaver(stored: StoredConnection, { connections, secrets }: Tools) {
  let version = stored.secretVersion;
  return {
    secretVersion: () => version,
    saveSecret: async (secret: string): Promise<void> => {
      const sealed = await secrets.seal(secret, secretContext(stored));
      if (await connections.saveSecret(stored, version, sealed)) version += 1;
    },
  };
}
