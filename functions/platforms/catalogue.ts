import type { PlatformId, SocialMediaPlatform } from './contract.ts';

/** Every platform there is; adding an id to `PlatformId` does not compile until it is described here. */
export const catalogue: Readonly<Record<PlatformId, SocialMediaPlatform>> = {
  mastodon: {
    id: 'mastodon',
    name: 'Mastodon',
    auth: 'oauth2',
    limits: { text: { unit: 'graphemes', max: 500, maxBytes: null, urlLength: 23 } },
    capabilities: {
      ownServers: true,
      idempotentPublish: true,
      revoke: true,
      metrics: ['likes', 'reposts', 'replies'],
    },
  },
  bluesky: {
    id: 'bluesky',
    name: 'Bluesky',
    auth: 'app_password',
    limits: { text: { unit: 'graphemes', max: 300, maxBytes: 3000, urlLength: null } },
    capabilities: {
      ownServers: true,
      idempotentPublish: true,
      // The session is ended, but only the user can take back the app password it was made with.
      revoke: false,
      metrics: ['likes', 'reposts', 'replies'],
    },
  },
};
