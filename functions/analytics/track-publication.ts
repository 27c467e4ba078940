import { type Happened, subscriber } from '../runtime/events.ts';
import { analyticsSubscribers } from './contract.ts';
import { type MetricsTable, metricsTable } from './metrics-table.ts';
import { firstReadAt } from './read-schedule.ts';

type Tools = { metrics: Pick<MetricsTable, 'track'> };
type Published = Happened<typeof analyticsSubscribers.trackPublication>;

export async function trackPublication({ at, data }: Published, { metrics }: Tools): Promise<void> {
  const { latenessMs: _, url: __, platformPostId, ...publication } = data;
  // Somebody confirmed that it is out, and did not say under which id: the platform can't be asked.
  if (platformPostId === undefined) return;
  const nothingYet = { likes: null, reposts: null, replies: null, fetchedAt: null };
  await metrics.track({ ...publication, platformPostId, ...nothingYet, publishedAt: at }, firstReadAt(new Date(at)));
}

export const handler = subscriber(analyticsSubscribers.trackPublication, trackPublication, () => ({
  metrics: metricsTable(),
}));
