import { pinterestAccess } from '../../../functions/platforms/pinterest/access.ts';
import { pinterestAdapter } from '../../../functions/platforms/pinterest/adapter.ts';
import { startPinterest } from '../../../local/platforms/pinterest/start-pinterest.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { adapterSuite } from '../adapter-suite.ts';
import { connectPinterest } from './connect.ts';

let url = '';

// A video, since it takes all the steps there are; pictures are in media.test.ts.
adapterSuite('Pinterest', {
  async start() {
    const sandbox = await startPinterest();
    url = sandbox.url;
    return sandbox;
  },
  connect: (server) => connectPinterest(server),
  adapterOver: pinterestAdapter,
  accessOver: pinterestAccess,
  content: () => ({ media: [{ url: `${url}${samplePaths.video}`, type: 'video/mp4' }] }),
  operations: {
    prepare: 'POST /v5/media',
    checkReady: 'GET /v5/media/:media',
    publish: 'POST /v5/pins',
    list: 'GET /v5/boards/:board/pins',
    metrics: 'GET /v5/pins/:pin/analytics',
    revoke: 'POST /v5/oauth/token/revoke',
  },
  expired: 'renewed',
  tellsRetry: 'never',
  urlPattern: /\/pin\/\d+$/,
});
