import { instagramAccess } from '../../../functions/platforms/instagram/access.ts';
import { instagramAdapter } from '../../../functions/platforms/instagram/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startInstagram } from '../../../local/platforms/instagram/start-instagram.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { type AdapterCase, adapterSuite } from '../adapter-suite.ts';
import { connectInstagram } from './connect.ts';

const { version } = publicApis.instagram;

let url = '';
const common: Omit<AdapterCase, 'connect' | 'accessOver'> = {
  async start() {
    const sandbox = await startInstagram();
    url = sandbox.url;
    return sandbox;
  },
  adapterOver: instagramAdapter,
  content: () => ({ media: [{ url: `${url}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A point' }] }),
  operations: {
    prepare: `POST /${version}/:user/media`,
    checkReady: `GET /${version}/:id`,
    publish: `POST /${version}/:user/media_publish`,
    list: `GET /${version}/:user/media`,
    metrics: `GET /${version}/:id/insights`,
  },
  followUp: { kind: 'comment', publish: `POST /${version}/:id/comments`, list: `GET /${version}/:id/comments` },
  expired: 'lost',
  tellsRetry: 'minutes',
  urlPattern: /\/p\/\w+\/$/,
};

adapterSuite('Instagram by Instagram Login', {
  ...common,
  connect: (server) => connectInstagram(server, 'instagram'),
  // This login has no call that ends the access.
  accessOver: (tools) => ({ ...instagramAccess(tools), revoke: undefined }),
});

adapterSuite('Instagram by Facebook Login', {
  ...common,
  connect: (server) => connectInstagram(server, 'facebook'),
  accessOver: instagramAccess,
  operations: { ...common.operations, revoke: `DELETE /${version}/:user/permissions` },
});
