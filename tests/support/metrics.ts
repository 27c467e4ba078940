import { metricsTable, type StoredMetrics } from '../../functions/analytics/metrics-table.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { noon, shards } from './posts.ts';
import { testTeamId } from './request.ts';
import { freshTable } from './table.ts';

/** The metrics table over one fresh table, with what it would read at a time. */
export async function freshMetrics() {
  const table = await freshTable();
  const metrics = metricsTable(table, dueIndex('METRICS', shards));
  const listDue = async (until: Date) => {
    const lists = Array.from({ length: shards }, (_, shard) => metrics.listDue({ shard, until, limit: 100 }));
    return (await Promise.all(lists)).flat();
  };
  return { table, metrics, listDue };
}

/** A publication on Mastodon, out since noon, whose figures were never read. */
export const unreadMetrics = (overrides: Partial<StoredMetrics> = {}): StoredMetrics => ({
  teamId: testTeamId,
  postId: newId('post'),
  connectionId: newId('conn'),
  platform: 'mastodon',
  platformPostId: '42',
  publishedAt: noon.toISOString(),
  likes: null,
  reposts: null,
  replies: null,
  fetchedAt: null,
  ...overrides,
});
