import type { PostLimit } from '../platforms/contract.ts';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { connectionKey, StoredConnection, tokenKeys } from './connection-table.ts';
import { held } from './held.ts';
import type { TokenTimes } from './token-times.ts';

/** What the team may change about a connection. */
export type Changed = Partial<Pick<StoredConnection, 'name' | 'isEnabled'>>;

/** What a look at the account says of its connection. */
export type Checked = Pick<StoredConnection, 'scopes' | 'lastCheckedAt' | 'health'> &
  Partial<Pick<StoredConnection, 'accountName' | 'accountUrl' | 'avatarUrl' | 'state' | 'postLimit'> & TokenTimes>;

type Limited = Pick<StoredConnection, 'teamId' | 'id' | 'postLimit'>;
type CheckedRef = { teamId: string; connectionId: string; platform: StoredConnection['platform'] };

/** What the team changes about its connections, and what is found out about them; rows are those of connection-table.ts. */
export function connectionChanges(table: Table = dynamoTable()) {
  return {
    /**
     * Changes a connection as it was read, with what other domains write of their own, all or nothing. Undefined when
     * something of it has moved since.
     */
    async change(
      connection: StoredConnection,
      set: Changed,
      also: readonly Write[] = [],
    ): Promise<StoredConnection | undefined> {
      const { revision } = connection;
      // Rows that were made before connections had revisions have none.
      const unchanged = { revision: revision === 0 ? ('absent' as const) : revision };
      const change = { set, add: { revision: 1 } };
      try {
        await table.transact([{ update: connectionKey(connection), change, if: unchanged }, ...also]);
        return { ...connection, ...set, revision: revision + 1 };
      } catch (error) {
        if (error instanceof ConditionFailed) return undefined;
        throw error;
      }
    },

    /** What the platform says of the account's limit of posts, where that is news. */
    async notePostLimit({ teamId, id, postLimit }: Limited, { max, windowSeconds }: PostLimit): Promise<void> {
      if (postLimit?.max === max && postLimit.windowSeconds === windowSeconds) return;
      await held(table.update(connectionKey({ teamId, id }), { set: { postLimit: { max, windowSeconds } } }));
    },

    /** While it has the tokens that were tried; else gives it as it is. Undefined when it is gone. */
    async noteCheck(
      { teamId, connectionId: id, platform }: CheckedRef,
      { tokenDueAt, ...checked }: Checked,
      secretVersion: number,
    ): Promise<StoredConnection | undefined> {
      const due = tokenDueAt !== undefined && tokenKeys({ platform, id }, tokenDueAt);
      try {
        const change = { set: { ...checked, ...due } };
        return StoredConnection.parse(await table.update(connectionKey({ teamId, id }), change, { secretVersion }));
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        return StoredConnection.optional().parse(error.rows.get(0));
      }
    },
  };
}
export type ConnectionChanges = ReturnType<typeof connectionChanges>;
