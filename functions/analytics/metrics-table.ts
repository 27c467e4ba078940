import * as z from 'zod';
import type { Figures } from '../platforms/public.ts';
import { type DueIndex, dueIndex, notDue } from '../runtime/due-index.ts';
import { idOf } from '../runtime/ids.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import { TargetMetrics } from './contract.ts';

/** The figures of one publication, and when they are to be read again. */
export const StoredMetrics = TargetMetrics.extend({
  teamId: idOf('team'),
  postId: idOf('post'),
  platformPostId: z.string(),
  publishedAt: z.iso.datetime(),
});
export type StoredMetrics = z.infer<typeof StoredMetrics>;
export type MetricsKey = Pick<StoredMetrics, 'teamId' | 'postId' | 'connectionId'>;

// Metrics of a post   pk TEAM#<team>#POST#<post>  sk begins METRICS#
//   … of one target   pk TEAM#<team>#POST#<post>  sk METRICS#<connection>
//   … that are due    gsi1 (runtime/due-index.ts), kind METRICS, until the post is old
const metricsKey = ({ teamId, postId, connectionId }: MetricsKey) => ({
  pk: `TEAM#${teamId}#POST#${postId}`,
  sk: `METRICS#${connectionId}`,
});

export function metricsTable(table: Table = dynamoTable(), due: DueIndex = dueIndex('METRICS')) {
  const dueKeys = ({ postId, connectionId }: MetricsKey, at: Date | undefined) =>
    at ? due.keys(`${postId}:${connectionId}`, at.toISOString()) : notDue;

  return {
    shards: due.shards,
    /** Begins to follow a publication; a second time changes nothing. */
    async track(metrics: StoredMetrics, readAt: Date): Promise<void> {
      try {
        await table.insert({
          ...metricsKey(metrics),
          ...dueKeys(metrics, readAt),
          entity: 'metrics',
          v: 1,
          ...metrics,
        });
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
      }
    },
    async list(teamId: string, postId: string): Promise<StoredMetrics[]> {
      const { pk } = metricsKey({ teamId, postId, connectionId: '' });
      const rows = await table.query({ pk, begins: 'METRICS#', limit: 100 });
      return rows.map((row) => StoredMetrics.parse(row));
    },
    /** What is due in one shard, the longest due first. */
    async listDue(range: { shard: number; until: Date; limit: number }): Promise<StoredMetrics[]> {
      const keys = await due.list(table, range);
      const rows = await table.getMany(keys.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
      return rows.map((row) => StoredMetrics.parse(row));
    },
    async store(key: MetricsKey, { figures, at, readAt }: { figures: Figures; at: Date; readAt: Date | undefined }) {
      const set = { ...figures, fetchedAt: at.toISOString(), ...dueKeys(key, readAt) };
      await table.update(metricsKey(key), { set });
    },
    /** Leaves the figures as they are and reads them at another time, or never again. */
    async postpone(key: MetricsKey, readAt: Date | undefined): Promise<void> {
      await table.update(metricsKey(key), { set: dueKeys(key, readAt) });
    },
  };
}
export type MetricsTable = ReturnType<typeof metricsTable>;
