import { type AccountOpener, accountOpener } from '../connections/public.ts';
import { type AdapterFor, adapterFor, type Figures, PlatformRefused } from '../platforms/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { timer } from '../runtime/timer.ts';
import { analyticsTimers } from './contract.ts';
import { type MetricsTable, metricsTable, type StoredMetrics } from './metrics-table.ts';
import { nextReadAt } from './read-schedule.ts';

/** Of one shard in one run (a BatchGet takes 100 keys); the rest is due in the next run. */
const perShard = 100;
/** Accounts read side by side: a server that does not answer holds up its own group, not the run. */
const accountsAtOnce = 10;
/** After a refusal that names no time, and after a failure of ours. */
const pauseSeconds = 900;

type Tools = {
  metrics: Pick<MetricsTable, 'listDue' | 'store' | 'postpone' | 'shards'>;
  accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>;
  adapterFor: AdapterFor;
  now: Now;
};
type Due = readonly StoredMetrics[];

/**
 * Reads what is due, account by account. A second run at the same time reads the same figures: no harm. An account that
 * fails is put off and fails the run only after all others were read.
 */
export async function collectDueMetrics(tools: Tools): Promise<void> {
  const due = await listDue(tools);
  const accounts = [...Map.groupBy(due, ({ connectionId }) => connectionId).values()];
  const failures: unknown[] = [];
  for (let start = 0; start < accounts.length; start += accountsAtOnce) {
    const group = accounts.slice(start, start + accountsAtOnce);
    const reads = await Promise.allSettled(group.map((one) => readAccount(one, tools)));
    failures.push(...reads.flatMap((read) => (read.status === 'rejected' ? [read.reason] : [])));
  }
  measure('collectDueMetrics', { read: { count: due.length }, accounts: { count: accounts.length } });
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} accounts could not be read`);
}

async function listDue({ metrics, now }: Tools): Promise<Due> {
  const until = now();
  const shards = Array.from({ length: metrics.shards }, (_, shard) => shard);
  const lists = await Promise.all(shards.map((shard) => metrics.listDue({ shard, until, limit: perShard })));
  return lists.flat();
}

async function readAccount(due: Due, tools: Tools): Promise<void> {
  const [first] = due;
  if (!first) return;
  try {
    await readFigures(first, due, tools);
  } catch (error) {
    const refusal = error instanceof PlatformRefused ? error.refusal : undefined;
    await putOff(due, refusal?.retryAt ?? addSeconds(tools.now(), pauseSeconds), tools);
    if (!refusal) throw error;
    const { connectionId, platform } = first;
    log.info('metrics.refused', { connectionId, platform, kind: refusal.kind });
  }
}

async function readFigures({ teamId, connectionId, platform }: StoredMetrics, due: Due, tools: Tools): Promise<void> {
  const { accounts, adapterFor, metrics } = tools;
  const opened = await accounts.open(teamId, connectionId);
  if (!opened) return all(due, (one) => metrics.postpone(one, undefined));
  const ids = due.map(({ platformPostId }) => platformPostId);
  try {
    const adapter = await adapterFor(platform);
    const figures = (await adapter.readMetrics?.(opened.account, ids)) ?? new Map();
    await all(due, (one) => store(one, figures.get(one.platformPostId), tools));
  } catch (error) {
    const isLost = error instanceof PlatformRefused && error.refusal.kind === 'reconnect';
    if (isLost) await accounts.markNeedsReconnect(teamId, connectionId, opened.secretVersion());
    throw error;
  }
}

/** A post that the platform no longer has keeps its last figures and is not asked for again. */
async function store(one: StoredMetrics, figures: Figures | undefined, { metrics, now }: Tools): Promise<void> {
  if (!figures) return metrics.postpone(one, undefined);
  const at = now();
  await metrics.store(one, { figures, at, readAt: nextReadAt(new Date(one.publishedAt), at) });
}

/** What is too old by now is not read again: a platform that refuses for good is not asked forever. */
const putOff = (due: Due, readAt: Date, { metrics, now }: Tools) =>
  all(due, (one) => metrics.postpone(one, nextReadAt(new Date(one.publishedAt), now()) && readAt));

async function all(due: Due, write: (one: StoredMetrics) => Promise<void>): Promise<void> {
  await Promise.all(due.map(write));
}

export const handler = timer(analyticsTimers.collectDueMetrics, collectDueMetrics, () => ({
  metrics: metricsTable(),
  accounts: accountOpener(),
  adapterFor,
  now,
}));
