import { type ConnectionTable, connectionTable, TargetConnection } from './connection-table.ts';

/** What other domains may use of connections. */
export { type AccountOpener, accountOpener } from './account-opener.ts';
export { connectionEvent } from './connection-event.ts';
export { TargetConnection } from './connection-table.ts';

/** Reads connections without their secrets. */
export function connectionReader(connections: Pick<ConnectionTable, 'findMany' | 'list'> = connectionTable()) {
  return {
    /** Those that the team has among at most 100 ids, in no order. */
    async findMany(teamId: string, ids: readonly string[]): Promise<TargetConnection[]> {
      return (await connections.findMany(teamId, ids)).map((stored) => TargetConnection.parse(stored));
    },
    /** Ids of all of the team, newest first, up to `limit`. */
    async listIds(teamId: string, limit: number): Promise<string[]> {
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const page = await connections.list(teamId, { limit: limit - ids.length, after });
        ids.push(...page.connections.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined && ids.length < limit);
      return ids;
    },
  };
}
export type ConnectionReader = ReturnType<typeof connectionReader>;
