import { type AccountOpener, accountOpener } from '../connections/public.ts';
import { type Adapter, type Figures, PlatformRefused } from '../platforms/adapter.ts';
import type { PlatformId } from '../platforms/contract.ts';
import { adapterFor } from '../platforms/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { timer } from '../runtime/timer.ts';
import { analyticsTimers } from './contract.ts';
import { type MetricsTable, metricsTable, type StoredMetrics } from './metrics-table.ts';
import { nextReadAt } from './read-schedule.ts';

/** Of one shard in one run (a BatchGet takes 100 keys); the rest is due in the next run. */
const perShard = 100;
/** After a refusal that names no time. */
const refusedPauseSeconds = 900;

type Tools = {
  metrics: Pick<MetricsTable, 'listDue' | 'store' | 'postpone' | 'shards'>;
  accounts: AccountOpener;
  adapterFor: (platform: PlatformId) => Adapter;
  now: Now;
};

/** Reads what is due, account by account. A second run at the same time reads the same figures: no harm. */
export async function collectDueMetrics(tools: Tools): Promise<void> {
  const shards = Array.from({ length: tools.metrics.shards }, (_, shard) => shard);
  const lists = await Promise.all(
    shards.map((shard) => tools.metrics.listDue({ shard, until: tools.now(), limit: perShard })),
  );
  const byAccount = Map.groupBy(lists.flat(), ({ connectionId }) => connectionId);
  for (const due of byAccount.values()) await readAccount(due, tools);
  measure('collectDueMetrics', { read: { count: lists.flat().length }, accounts: { count: byAccount.size } });
}

async function readAccount(due: readonly StoredMetrics[], tools: Tools): Promise<void> {
  const [first] = due;
  if (!first) return;
  const opened = await tools.accounts.open(first.teamId, first.connectionId);
  if (!opened) return postponeAll(due, undefined, tools);
  const adapter = tools.adapterFor(first.platform);
  try {
    const ids = due.map(({ platformPostId }) => platformPostId);
    const figures = await adapter.readMetrics(opened.account, ids);
    await Promise.all(due.map((one) => store(one, figures.get(one.platformPostId), tools)));
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    const { kind, retryAt = addSeconds(tools.now(), refusedPauseSeconds) } = error.refusal;
    log.info('metrics.refused', { connectionId: first.connectionId, platform: first.platform, kind });
    if (kind === 'reconnect')
      await tools.accounts.markNeedsReconnect(first.teamId, first.connectionId, opened.secretVersion);
    await postponeAll(due, retryAt, tools);
  }
}

/** A post that the platform no longer has keeps its last figures and is not asked for again. */
async function store(one: StoredMetrics, figures: Figures | undefined, { metrics, now }: Tools): Promise<void> {
  if (!figures) return metrics.postpone(one, undefined);
  const at = now();
  await metrics.store(one, { figures, at, readAt: nextReadAt(new Date(one.publishedAt), at) });
}

async function postponeAll(due: readonly StoredMetrics[], readAt: Date | undefined, { metrics }: Tools): Promise<void> {
  await Promise.all(due.map((one) => metrics.postpone(one, readAt)));
}

export const handler = timer(analyticsTimers.collectDueMetrics, collectDueMetrics, () => ({
  metrics: metricsTable(),
  accounts: accountOpener(),
  adapterFor,
  now,
}));
