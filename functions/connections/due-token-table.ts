import type { PlatformId } from '../platforms/contract.ts';
import { eventWrite } from '../runtime/events.ts';
import { dynamoTable, type Table } from '../runtime/table.ts';
import { connectionKey, dueTokens, StoredConnection, tokenKeys } from './connection-table.ts';
import { connectionsEvents } from './contract.ts';
import { held } from './held.ts';

/** A connection about whose tokens something is to be done. */
export type DueTokens = StoredConnection & { tokenDueAt: string; tokenExpiresAt: string };

/** When the end is looked at next, and how many publications wait for a time after it. */
type Telling = { at: Date; nextAt: Date; scheduled: number };

/** A BatchGet takes 100 keys. */
const batchLimit = 100;

export function dueTokenTable(table: Table = dynamoTable()) {
  /** False when they were given, put off or told of since they were listed. */
  const change = (connection: DueTokens, dueAt: string | null, told: Pick<DueTokens, 'endToldOf'> = connection) => ({
    update: connectionKey(connection),
    change: { set: { ...tokenKeys(connection, dueAt), endToldOf: told.endToldOf } },
    if: { tokenDueAt: connection.tokenDueAt },
  });

  return {
    /** Of one platform, the longest due first. */
    async listDue(platform: PlatformId, { until, limit }: { until: Date; limit: number }): Promise<DueTokens[]> {
      const found = await dueTokens(platform).list(table, { shard: 0, until, limit });
      const keys = found.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
      const due: DueTokens[] = [];
      for (let start = 0; start < keys.length; start += batchLimit) {
        const rows = await table.getMany(keys.slice(start, start + batchLimit));
        due.push(...rows.map((row) => StoredConnection.parse(row)).filter((one) => isDue(one, until)));
      }
      return due.toSorted((one, other) => one.tokenDueAt.localeCompare(other.tokenDueAt));
    },

    /** Looks at them at another time, or never again. */
    async postpone(connection: DueTokens, dueAt: Date | undefined): Promise<void> {
      const { update, change: set, if: isSame } = change(connection, dueAt?.toISOString() ?? null);
      await held(table.update(update, set, isSame));
    },

    /** Tells the team that it must connect the account again, and of how many publications that is about. */
    tell(connection: DueTokens, { at, nextAt, scheduled }: Telling): Promise<boolean> {
      const { teamId, id: connectionId, platform, accountName, tokenExpiresAt: expiresAt } = connection;
      const data = { connectionId, platform, accountName, expiresAt, scheduled };
      const event = eventWrite(connectionsEvents['connection.expiring'], { teamId, at, data });
      return held(table.transact([change(connection, nextAt.toISOString(), { endToldOf: scheduled }), event]));
    },
  };
}
export type DueTokenTable = ReturnType<typeof dueTokenTable>;

/** The index is a moment old: some were looked after meanwhile. */
const isDue = (one: StoredConnection, until: Date): one is DueTokens =>
  one.tokenDueAt !== null && one.tokenExpiresAt !== null && one.tokenDueAt <= until.toISOString();
