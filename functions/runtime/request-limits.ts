import { now as clock, type Now } from './clock.ts';
import { dynamoTable, type Table } from './table.ts';
import { type Allowance, tokenBuckets } from './token-buckets.ts';

// Requests of a team, or of one of its keys   pk TEAM#<team>#LIMITS  sk <owner>
const bucketKey = (teamId: string, owner: string) => ({ pk: `TEAM#${teamId}#LIMITS`, sk: owner });

/** Counts the requests of teams and keys against their plans. */
export function requestLimits(table: Table = dynamoTable(), now: Now = clock) {
  const buckets = tokenBuckets(table, now);
  return {
    take: (teamId: string, owner: string, allowances: readonly Allowance[]) =>
      buckets.take(bucketKey(teamId, owner), allowances),
  };
}
export type RequestLimits = ReturnType<typeof requestLimits>;
