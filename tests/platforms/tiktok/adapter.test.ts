import { tiktokAccess } from '../../../functions/platforms/tiktok/access.ts';
import { tiktokAdapter } from '../../../functions/platforms/tiktok/adapter.ts';
import { tiktokAuth } from '../../../functions/platforms/tiktok/auth.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import { startTiktok } from '../../../local/platforms/tiktok/start-tiktok.ts';
import { callsTo, connectByConsent, redirectUri } from '../../support/sandbox.ts';
import { adapterSuite } from '../adapter-suite.ts';

let sandboxUrl = '';

adapterSuite('TikTok', {
  start: async () => {
    const sandbox = await startTiktok();
    sandboxUrl = sandbox.url;
    return sandbox;
  },
  connect: (server) => connectByConsent(tiktokAuth(callsTo(server)), { server, redirectUri, ...sandboxApp }),
  adapterOver: (tools) => tiktokAdapter(tools, async () => undefined),
  accessOver: tiktokAccess,
  operations: {
    prepare: 'POST /v2/post/publish/video/init/',
    publish: 'PUT /video/',
    list: 'POST /v2/post/publish/status/fetch/',
    metrics: 'POST /v2/video/query/',
    revoke: 'POST /v2/oauth/revoke/',
  },
  content: () => ({
    media: [{ url: `${sandboxUrl}${samplePaths.video}`, type: 'video/mp4' }],
    overrides: { tiktok: { privacy: 'public' } },
  }),
  expired: 'renewed',
  tellsRetry: 'never',
  urlPattern: /\/@alice\/video\/\d+$/,
  asksWhatCame: true,
});
