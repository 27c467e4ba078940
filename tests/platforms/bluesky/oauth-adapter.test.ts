import { afterAll, beforeAll } from 'vitest';
import { blueskyAccess } from '../../../functions/platforms/bluesky/access.ts';
import { blueskyAdapter } from '../../../functions/platforms/bluesky/adapter.ts';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { type BlueskyClient, connectBlueskyByConsent, startBlueskyClient } from '../../support/bluesky-client.ts';
import { adapterSuite } from '../adapter-suite.ts';

let client: BlueskyClient;
let sandbox: Sandbox;
beforeAll(async () => {
  client = await startBlueskyClient();
});
afterAll(() => client.stop());

adapterSuite('Bluesky, connected by consent', {
  start: async () => {
    sandbox = await startBluesky({ rateLimits: 'off' });
    return sandbox;
  },
  connect: (url) => connectBlueskyByConsent(client, url),
  adapterOver: (tools) => blueskyAdapter({ ...tools, apps: client.callsTo(sandbox.url).apps }),
  accessOver: (tools) => blueskyAccess({ ...tools, apps: client.callsTo(sandbox.url).apps }),
  content: () => ({ media: [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A pixel' }] }),
  operations: {
    prepare: 'com.atproto.repo.uploadBlob',
    publish: 'com.atproto.repo.putRecord',
    list: 'com.atproto.repo.getRecord',
    metrics: 'app.bsky.feed.getPosts',
    revoke: 'POST /oauth/revoke',
  },
  expired: 'renewed',
  tellsRetry: 'seconds',
  urlPattern: /^https:\/\/bsky\.app\/profile\/did:plc:[a-z2-7]+\/post\/[a-z2-7]{13}$/,
});
