import { describe, expect, test } from 'vitest';
import { type Figures, PlatformRefused } from '../../../functions/platforms/adapter.ts';
import { publishOnce, type Setting } from './adapter-case.ts';

/** What the adapter can do besides, as far as its platform can. */
export function accessTests(setting: Setting) {
  const { it, control, account, adapter, access, publication } = setting;
  const { metrics, revoke } = it.operations;

  async function published(count: number) {
    const ids: string[] = [];
    for (let place = 0; place < count; place++) {
      const { outcome } = await publishOnce(adapter(), account(), publication());
      if (outcome.kind === 'accepted') ids.push(outcome.platformPostId);
    }
    return ids;
  }
  const read = (ids: readonly string[]) => adapter().readMetrics?.(account(), ids) ?? Promise.reject(new Error('none'));

  /** What the platform does not count is null. */
  const available = ({ likes, reposts, replies }: Figures): Figures => {
    const counts = adapter().platform.capabilities.metrics;
    const shown = (name: keyof Figures, count: number | null) => (counts.includes(name) ? count : null);
    return { likes: shown('likes', likes), reposts: shown('reposts', reposts), replies: shown('replies', replies) };
  };

  describe.skipIf(metrics === undefined)('figures', () => {
    const operation = metrics ?? '';

    test('are read for many posts; one that is gone is missing', async () => {
      const ids = await published(6);
      const [first = ''] = ids;
      await control().engage(first, { likes: 3, reposts: 2, replies: 1 });
      const figures = await read([...ids, `${first.slice(0, -1)}zz`]);
      expect([...figures.keys()].toSorted()).toEqual(ids.toSorted());
      expect(figures.get(first)).toEqual(available({ likes: 3, reposts: 2, replies: 1 }));
      expect(figures.get(ids[1] ?? '')).toEqual(available({ likes: 0, reposts: 0, replies: 0 }));
    });

    test('of nothing ask nothing', async () => {
      await control().fail({ operation, kind: 'error' });
      expect(await read([])).toEqual(new Map());
    });

    test.each([
      ['error', 'retry_later'],
      ['malformed', 'retry_later'],
      ['drop_before', 'retry_later'],
      ['rate_limit', 'rate_limited'],
    ] as const)('are refused after %s', async (kind, refusal) => {
      const ids = await published(1);
      await control().fail({ operation, kind });
      const reading = read(ids);
      await expect(reading).rejects.toThrow(PlatformRefused);
      await expect(reading).rejects.toMatchObject({ refusal: { kind: refusal } });
    });
  });

  describe.skipIf(revoke === undefined)('revoking', () => {
    test('ends the access, and may be done twice', async () => {
      const { account: another } = await setting.anotherAccount();
      await access().revoke?.(another);
      await access().revoke?.(another);
      await setting.reconnect();
    });

    test('says when the platform does not do it', async () => {
      await control().fail({ operation: revoke ?? '', kind: 'error' });
      await expect(access().revoke?.(account())).rejects.toThrow(PlatformRefused);
    });
  });

  test('every capability is one that the suite has checked', () => {
    expect(adapter().readMetrics !== undefined).toBe(metrics !== undefined);
    expect(access().revoke !== undefined).toBe(revoke !== undefined);
    // It may have steps that posts of this kind do not need.
    if (it.operations.prepare !== undefined) expect(adapter().prepare).toBeDefined();
    if (it.operations.checkReady !== undefined) expect(adapter().checkReady).toBeDefined();
  });
}
