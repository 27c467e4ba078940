import { createHash } from 'node:crypto';
import { config } from './config.ts';
import type { Row, Table } from './table.ts';

export type DueRange = { shard: number; from?: Date; until: Date; limit: number };

type Kind = 'DUE' | 'METRICS' | 'RECUR' | `TOKEN#${string}`;

/**
 * The index of work by time (gsi1, keys only): a row is in it as long as something is to be done for it, its sort key
 * says when. What is late stays at the front, so nothing is ever forgotten. Sharded by a hash of the row's id, so that
 * no one partition takes all the writes of a busy minute.
 */
export function dueIndex(kind: Kind, shards: number = config('DUE_SHARDS').DUE_SHARDS) {
  return {
    shards,
    /** The attributes that put a row into the index. */
    keys(id: string, at: string) {
      const shard = createHash('sha256').update(id).digest().readUInt32BE() % shards;
      return { gsi1pk: `${kind}#${shard}`, gsi1sk: `${at}#${id}` };
    },
    /** Keys of the rows of one shard that are due until `until`, the oldest first; `from` leaves out the earlier ones. */
    list(table: Pick<Table, 'query'>, { shard, from, until, limit }: DueRange): Promise<Row[]> {
      const atMost = `${until.toISOString()}~`;
      const range = from ? { between: [from.toISOString(), atMost] as const } : { atMost };
      return table.query({ index: 'gsi1', pk: `${kind}#${shard}`, ...range, limit });
    },
  };
}
export type DueIndex = ReturnType<typeof dueIndex>;

/** Takes a row out of the index. */
export const notDue = { gsi1pk: undefined, gsi1sk: undefined };
