import { youtubeAccess } from '../../../functions/platforms/youtube/access.ts';
import { youtubeAdapter } from '../../../functions/platforms/youtube/adapter.ts';
import { youtubeAuth } from '../../../functions/platforms/youtube/auth.ts';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import { startYoutube } from '../../../local/platforms/youtube/start-youtube.ts';
import { callsTo, connectByConsent, redirectUri } from '../../support/sandbox.ts';
import { adapterSuite } from '../adapter-suite.ts';

let sandboxUrl = '';
const session = 'PUT /upload/youtube/v3/videos';

adapterSuite('YouTube', {
  start: async () => {
    const sandbox = await startYoutube();
    sandboxUrl = sandbox.url;
    return sandbox;
  },
  connect: (server) => connectByConsent(youtubeAuth(callsTo(server)), { server, redirectUri, ...sandboxApp }),
  // By this clock, a comment that is not listed is not there.
  adapterOver: (tools) => youtubeAdapter({ ...tools, now: () => addSeconds(new Date(), 600) }),
  accessOver: youtubeAccess,
  operations: {
    prepare: 'POST /upload/youtube/v3/videos',
    publish: session,
    list: session,
    metrics: 'GET /youtube/v3/videos',
    revoke: 'POST /revoke',
  },
  content: () => ({ media: [{ url: `${sandboxUrl}${samplePaths.video}`, type: 'video/mp4' }] }),
  expired: 'renewed',
  tellsRetry: 'never',
  followUp: {
    kind: 'comment',
    publish: 'POST /youtube/v3/commentThreads',
    list: 'GET /youtube/v3/commentThreads',
  },
  urlPattern: /\/watch\?v=[\w-]{11}$/,
});
