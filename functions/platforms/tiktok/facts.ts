import type { PlatformFacts } from '../contract.ts';

/** A text is the caption of a video, or the description of pictures. */
export const tiktokFacts: PlatformFacts = {
  id: 'tiktok',
  name: 'TikTok',
  auth: 'oauth2',
  scopes: ['user.info.basic', 'user.info.profile', 'video.publish', 'video.list'],
  limits: {
    text: { unit: 'characters', max: 2200, maxBytes: null, urlLength: null },
    media: {
      required: true,
      images: { max: 35, types: ['image/jpeg', 'image/webp'], maxBytes: 20 * 1024 * 1024 },
      videos: { max: 1, types: ['video/mp4', 'video/quicktime'], maxBytes: 4 * 1024 ** 3 },
      mixed: false,
      altTextMax: 0,
    },
    // What creators meet over all apps, though TikTok promises no figure.
    posts: { max: 15, windowSeconds: 24 * 3600, countedBy: 'us' },
  },
  capabilities: { ownServers: false, retryClass: 'provable', revoke: true, metrics: ['likes', 'reposts', 'replies'] },
};
