import { describe, expect, test } from 'vitest';
import { accessOver } from '../../functions/platforms/accesses.ts';
import { adaptersOver } from '../../functions/platforms/adapters.ts';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import { longestText, PlatformId, PlatformOverrides, platformsContract } from '../../functions/platforms/contract.ts';
import { listPlatforms } from '../../functions/platforms/list-platforms.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { send } from '../support/request.ts';
import { calls } from '../support/sandbox.ts';

const listing = (...configured: string[]) =>
  endpoint(platformsContract.listPlatforms, listPlatforms, () => ({ configured: async () => new Set(configured) }));

describe('GET /platforms', () => {
  test('answers every platform with limits and capabilities', async () => {
    const { status, body } = await send(listing('threads'));
    expect(status).toBe(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(PlatformId.options);
    expect(body.items[1]).toMatchObject({
      name: 'Bluesky',
      auth: 'app_password',
      limits: { text: { unit: 'graphemes', max: 300, maxBytes: 3000, urlLength: null } },
      capabilities: { retryClass: 'idempotent' },
      configured: true,
      issue: null,
    });
  });

  test('posts may wish for something on each', () => {
    expect(Object.keys(PlatformOverrides.shape).toSorted()).toEqual(PlatformId.options.toSorted());
  });

  test('none takes longer texts than posts may have', () => {
    const limits = Object.values(catalogue).flatMap(({ limits: { text, followUps } }) => [
      text,
      followUps?.text ?? text,
    ]);
    expect(Math.max(...limits.map(({ max }) => max))).toBe(longestText);
  });

  test('names no platform without an adapter', async () => {
    const adapterFor = adaptersOver(calls);
    const accessFor = accessOver(calls);
    for (const id of PlatformId.options) {
      const { platform, retryClass, readMetrics } = await adapterFor(id);
      expect(platform.id).toBe(id);
      expect(platform.capabilities.retryClass).toBe(retryClass);
      if (platform.capabilities.revoke) expect((await accessFor(id)).revoke).toBeDefined();
      expect(platform.capabilities.metrics.length > 0).toBe(readMetrics !== undefined);
    }
  });

  test('says which ones have no credentials here', async () => {
    const { body } = await send(listing());
    expect(body.items).toContainEqual(
      expect.objectContaining({ id: 'threads', configured: false, issue: 'notConfigured' }),
    );
    expect(body.items[0]).toMatchObject({ id: 'mastodon', configured: true, issue: null });
  });

  test('says in which ways accounts can be connected here', async () => {
    const waysOf = async (...configured: string[]) => {
      const { body } = await send(listing(...configured));
      const items: { id: string; configured: boolean; connectBy: string[] }[] = body.items;
      return Object.fromEntries(items.map(({ id, connectBy }) => [id, connectBy]));
    };
    expect(await waysOf()).toMatchObject({ mastodon: ['oauth2'], bluesky: ['app_password'], threads: [] });
    expect(await waysOf('bluesky', 'threads')).toMatchObject({
      bluesky: ['oauth2', 'app_password'],
      threads: ['oauth2'],
    });
  });

  test('is for signed-in users', async () => {
    expect(await send(listing('threads'), { caller: null })).toMatchObject({ status: 401 });
  });
});
