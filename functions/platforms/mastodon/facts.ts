import type { PlatformFacts } from '../contract.ts';

export const mastodonFacts: PlatformFacts = {
  id: 'mastodon',
  name: 'Mastodon',
  auth: 'oauth2',
  limits: { text: { unit: 'graphemes', max: 500, maxBytes: null, urlLength: 23 } },
  capabilities: {
    ownServers: true,
    retryClass: 'idempotent',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
