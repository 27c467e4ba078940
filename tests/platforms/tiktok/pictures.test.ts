import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectedAccount } from '../../../functions/platforms/adapter.ts';
import { tiktokAdapter } from '../../../functions/platforms/tiktok/adapter.ts';
import { tiktokAuth } from '../../../functions/platforms/tiktok/auth.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startTiktok } from '../../../local/platforms/tiktok/start-tiktok.ts';
import { callsTo, connectByConsent, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { publisherOf } from '../suite/publisher.ts';

const operation = 'POST /v2/post/publish/content/init/';

/** The id of a post of pictures comes with the answer that posts them: lost, only the list of public posts shows them. */
describe('TikTok: pictures are never posted twice', () => {
  let sandbox: Sandbox;
  let connected: ConnectedAccount;
  beforeAll(async () => {
    sandbox = await startTiktok();
    const app = { server: sandbox.url, redirectUri, ...sandboxApp };
    connected = await connectByConsent(tiktokAuth(callsTo(sandbox.url)), app);
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => sandboxControl(sandbox.url).clear());

  const publisher = (privacy: 'public' | 'private') =>
    publisherOf(
      tiktokAdapter(callsTo(sandbox.url), async () => undefined),
      {
        account: keptAccount(connected).account,
        text: 'Good news',
        media: [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg' }],
        overrides: { tiktok: { privacy } },
      },
    );
  const posts = () => sandboxControl(sandbox.url).posts();

  test.each(['drop_after', 'malformed'] as const)('after %s they are found, where they are public', async (kind) => {
    await sandboxControl(sandbox.url).fail({ operation, kind });
    expect(await (await publisher('public')).settle()).toMatchObject({ kind: 'accepted' });
    expect(await posts()).toHaveLength(1);
  });

  test('after a publisher that died they are found, too', async () => {
    const one = await publisher('public');
    await one.crashIn('publish', 'after');
    expect(await one.settle()).toMatchObject({ kind: 'accepted' });
    expect(await posts()).toHaveLength(1);
  });

  test.each([
    ['drop_before', 0],
    ['drop_after', 1],
    ['error', 0],
  ] as const)('after %s a person decides, where nobody sees them', async (kind, count) => {
    await sandboxControl(sandbox.url).fail({ operation, kind });
    expect(await (await publisher('private')).settle(2)).toMatchObject({ kind: 'unknown' });
    expect(await posts()).toHaveLength(count);
  });

  test.each(['prepare', 'upload'] as const)('are posted once when the publisher dies in %s', async (step) => {
    const one = await publisher('private');
    await one.crashIn(step, 'after');
    expect(await one.settle()).toMatchObject({ kind: 'accepted' });
    expect(await posts()).toHaveLength(1);
  });
});
