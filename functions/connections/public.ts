import { type ConnectionTable, connectionTable, TargetConnection } from './connection-table.ts';

/** What other domains may use of connections. */
export { type AccountOpener, accountOpener } from './account-opener.ts';
export { TargetConnection } from './connection-table.ts';

/** Reads connections without their secrets. */
export function connectionReader(connections: Pick<ConnectionTable, 'findMany'> = connectionTable()) {
  return {
    /** Those that the team has among at most 100 ids, in no order. */
    async findMany(teamId: string, ids: readonly string[]): Promise<TargetConnection[]> {
      return (await connections.findMany(teamId, ids)).map((stored) => TargetConnection.parse(stored));
    },
  };
}
