import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { connectionKey, type StoredConnection } from './connection-table.ts';

/** What the team may change about a connection. */
export type Changed = Partial<Pick<StoredConnection, 'name' | 'isEnabled'>>;

/** What the team changes about its connections; rows are those of connection-table.ts. */
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
  };
}
export type ConnectionChanges = ReturnType<typeof connectionChanges>;
