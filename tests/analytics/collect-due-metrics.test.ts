import { describe, expect, test } from 'vitest';
import { collectDueMetrics } from '../../functions/analytics/collect-due-metrics.ts';
import { analyticsTimers } from '../../functions/analytics/contract.ts';
import type { StoredMetrics } from '../../functions/analytics/metrics-table.ts';
import { type Figures, PlatformRefused, type Refusal } from '../../functions/platforms/public.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { timer } from '../../functions/runtime/timer.ts';
import { scriptedAdapter } from '../support/adapter.ts';
import { freshMetrics, unreadMetrics } from '../support/metrics.ts';
import { openedOf } from '../support/opened-account.ts';
import { mastodonTarget, noon } from '../support/posts.ts';

const figuresOf = (likes: number): Figures => ({ likes, reposts: 0, replies: null });

/** Accounts that open under their connection's id, on a platform that answers by `readMetrics`. */
async function setup(readMetrics: (accountId: string, ids: readonly string[]) => Promise<Map<string, Figures>>) {
  const fresh = await freshMetrics();
  const asked: { accountId: string; ids: readonly string[] }[] = [];
  const marked: unknown[] = [];
  const gone = new Set<string>();
  let at = addSeconds(noon, 60);
  const adapter = {
    ...scriptedAdapter().adapter,
    readMetrics: ({ accountId }: { accountId: string }, ids: readonly string[]) => {
      asked.push({ accountId, ids });
      return readMetrics(accountId, ids);
    },
  };
  const accounts = {
    open: async (_: string, id: string) => {
      if (gone.has(id)) return undefined;
      return { ...openedOf(mastodonTarget({ id, accountId: id })), secretVersion: () => 3 };
    },
    markNeedsReconnect: async (...args: unknown[]) => {
      marked.push(args);
    },
  };
  const tools = { metrics: fresh.metrics, accounts, adapterFor: async () => adapter, now: () => at };
  const follow = async (overrides: Partial<StoredMetrics> = {}) => {
    const tracked = unreadMetrics(overrides);
    await fresh.metrics.track(tracked, addSeconds(noon, 5));
    return tracked;
  };
  const load = async ({ teamId, postId }: StoredMetrics) => (await fresh.metrics.list(teamId, postId))[0];
  const isDueAt = async ({ postId }: StoredMetrics, until: Date) =>
    (await fresh.listDue(until)).some((one) => one.postId === postId);
  const passTo = (later: Date) => {
    at = later;
  };
  const run = timer(analyticsTimers.collectDueMetrics, collectDueMetrics, () => tools);
  return { run, follow, load, isDueAt, passTo, asked, marked, gone, at: () => at };
}

const platformWith = (figures: Record<string, Figures>) => async () => new Map(Object.entries(figures));
const refusing = (refusal: Partial<Refusal>) => async () => {
  throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message: 'no', ...refusal });
};
const aMonth = 30 * 24 * 3600;

describe('collectDueMetrics', () => {
  test('stores the figures of what is due and plans the next read', async () => {
    const { run, follow, load, isDueAt, at } = await setup(platformWith({ a: figuresOf(7) }));
    const tracked = await follow({ platformPostId: 'a' });
    await run();
    expect(await load(tracked)).toEqual({ ...tracked, ...figuresOf(7), fetchedAt: at().toISOString() });
    expect(await isDueAt(tracked, addSeconds(at(), 14))).toBe(false);
    expect(await isDueAt(tracked, addSeconds(at(), 15))).toBe(true);
  });

  test('asks for nothing before it is due', async () => {
    const { run, follow, passTo, asked } = await setup(platformWith({}));
    await follow();
    passTo(addSeconds(noon, 4));
    await run();
    expect(asked).toEqual([]);
  });

  test('asks each account once for all of its posts', async () => {
    const { run, follow, asked } = await setup(platformWith({}));
    const [one, other] = [newId('conn'), newId('conn')];
    for (const platformPostId of ['a', 'b', 'c']) await follow({ connectionId: one, platformPostId });
    await follow({ connectionId: other, platformPostId: 'd' });
    await run();
    const ids = new Map(asked.map(({ accountId, ids }) => [accountId, ids.toSorted()]));
    expect(ids).toEqual(
      new Map([
        [one, ['a', 'b', 'c']],
        [other, ['d']],
      ]),
    );
    expect(asked).toHaveLength(2);
  });

  test('reads more accounts than it asks side by side, none of them twice', async () => {
    let open = 0;
    let most = 0;
    const { run, follow, asked } = await setup(async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return new Map();
    });
    for (let count = 0; count < 23; count++) await follow();
    await run();
    expect(new Set(asked.map(({ accountId }) => accountId)).size).toBe(23);
    expect([asked.length, most]).toEqual([23, 10]);
  });

  test('keeps the last figures of a post that the platform no longer has, and stops', async () => {
    const { run, follow, load, isDueAt, passTo, asked, at } = await setup(async () =>
      asked.length === 1 ? new Map([['a', figuresOf(7)]]) : new Map(),
    );
    const tracked = await follow({ platformPostId: 'a' });
    await run();
    passTo(addSeconds(at(), 3600));
    await run();
    expect(await load(tracked)).toMatchObject(figuresOf(7));
    expect(await isDueAt(tracked, addSeconds(noon, 2 * aMonth))).toBe(false);
  });

  test('stops when the connection was removed, and leaves the platform alone', async () => {
    const { run, follow, load, isDueAt, gone, asked } = await setup(platformWith({ a: figuresOf(7) }));
    const tracked = await follow({ platformPostId: 'a' });
    gone.add(tracked.connectionId);
    await run();
    expect(asked).toEqual([]);
    expect(await load(tracked)).toEqual(tracked);
    expect(await isDueAt(tracked, addSeconds(noon, 2 * aMonth))).toBe(false);
  });

  test.each([
    ['the time the platform says', { kind: 'rate_limited', retryAt: addSeconds(noon, 300) }, 300],
    ['a quarter of an hour', { kind: 'retry_later' }, 60 + 900],
  ] as const)('waits %s after a refusal', async (_, refusal, dueSeconds) => {
    const { run, follow, load, isDueAt, marked } = await setup(refusing(refusal));
    const tracked = await follow();
    await run();
    expect(await load(tracked)).toEqual(tracked);
    expect(await isDueAt(tracked, addSeconds(noon, dueSeconds - 1))).toBe(false);
    expect(await isDueAt(tracked, addSeconds(noon, dueSeconds))).toBe(true);
    expect(marked).toEqual([]);
  });

  test('says that an account must be connected again, for the tokens it used', async () => {
    const { run, follow, isDueAt, marked } = await setup(refusing({ kind: 'reconnect' }));
    const tracked = await follow();
    await run();
    expect(marked).toEqual([[tracked.teamId, tracked.connectionId, 3]]);
    expect(await isDueAt(tracked, addSeconds(noon, 60 + 900))).toBe(true);
  });

  test('does not ask forever what is refused forever', async () => {
    const { run, follow, isDueAt, passTo } = await setup(refusing({ kind: 'reconnect' }));
    const tracked = await follow();
    passTo(addSeconds(noon, aMonth));
    await run();
    expect(await isDueAt(tracked, addSeconds(noon, 2 * aMonth))).toBe(false);
  });

  test('reads all other accounts when one fails, then fails for it, and puts it off', async () => {
    const broken = newId('conn');
    const { run, follow, load, isDueAt } = await setup(async (accountId) => {
      if (accountId === broken) throw new Error('a bug');
      return new Map([['a', figuresOf(7)]]);
    });
    const bad = await follow({ connectionId: broken, platformPostId: 'a' });
    const good = await Promise.all(Array.from({ length: 12 }, () => follow({ platformPostId: 'a' })));
    await expect(run()).rejects.toThrow('1 accounts could not be read');
    for (const one of good) expect(await load(one)).toMatchObject(figuresOf(7));
    expect(await load(bad)).toEqual(bad);
    expect(await isDueAt(bad, addSeconds(noon, 60 + 899))).toBe(false);
    expect(await isDueAt(bad, addSeconds(noon, 60 + 900))).toBe(true);
  });

  test('may run twice at once', async () => {
    const { run, follow, load, isDueAt, at } = await setup(platformWith({ a: figuresOf(7) }));
    const tracked = await follow({ platformPostId: 'a' });
    await Promise.all([run(), run()]);
    expect(await load(tracked)).toMatchObject(figuresOf(7));
    expect(await isDueAt(tracked, addSeconds(at(), 14))).toBe(false);
    expect(await isDueAt(tracked, addSeconds(at(), 15))).toBe(true);
  });

  test('has nothing to do when nothing is followed', async () => {
    const { run, asked } = await setup(platformWith({}));
    await run();
    expect(asked).toEqual([]);
  });
});
