import { describe, expect, test } from 'vitest';
import { adaptersOver } from '../../functions/platforms/adapters.ts';
import { PlatformId } from '../../functions/platforms/contract.ts';
import { handler } from '../../functions/platforms/list-platforms.ts';
import { send } from '../support/request.ts';
import { calls } from '../support/sandbox.ts';

describe('GET /platforms', () => {
  test('answers every platform with limits and capabilities', async () => {
    const { status, body } = await send(handler);
    expect(status).toBe(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(PlatformId.options);
    expect(body.items[1]).toMatchObject({
      name: 'Bluesky',
      auth: 'app_password',
      limits: { text: { unit: 'graphemes', max: 300, maxBytes: 3000, urlLength: null } },
      capabilities: { idempotentPublish: true },
    });
  });

  test('names no platform without an adapter', () => {
    const adapterFor = adaptersOver(calls);
    for (const id of PlatformId.options) expect(adapterFor(id).platform.id).toBe(id);
  });

  test('is for signed-in users', async () => {
    expect(await send(handler, { caller: null })).toMatchObject({ status: 401 });
  });
});
