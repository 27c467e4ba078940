import type { PlatformFacts, TextLimits } from '../contract.ts';

const text: TextLimits = { unit: 'graphemes', max: 500, maxBytes: null, urlLength: 23 };

export const mastodonFacts: PlatformFacts = {
  id: 'mastodon',
  name: 'Mastodon',
  auth: 'oauth2',
  scopes: ['read:accounts', 'read:statuses', 'write:media', 'write:statuses'],
  limits: {
    text,
    media: {
      required: false,
      images: { max: 4, types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'], maxBytes: 16 * 1024 * 1024 },
      videos: { max: 1, types: ['video/mp4', 'video/quicktime'], maxBytes: 99 * 1024 * 1024 },
      mixed: false,
      altTextMax: 1500,
    },
    followUps: { kind: 'replies', max: 24, text, media: true },
  },
  capabilities: {
    ownServers: true,
    retryClass: 'idempotent',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
