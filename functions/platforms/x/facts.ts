import type { PlatformFacts, TextLimits } from '../contract.ts';

const text: TextLimits = { unit: 'characters', max: 280, maxBytes: null, urlLength: 23 };

/** For accounts that pay X. */
export const longText: TextLimits = { ...text, max: 25_000 };

export const xFacts: PlatformFacts = {
  id: 'x',
  name: 'X',
  auth: 'oauth2',
  scopes: ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'],
  limits: {
    text,
    media: {
      required: false,
      images: {
        max: 4,
        types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
        maxBytes: 5 * 1024 * 1024,
      },
      videos: { max: 1, types: ['video/mp4', 'video/quicktime'], maxBytes: 512 * 1024 * 1024 },
      mixed: false,
      altTextMax: 1000,
    },
    followUps: { kind: 'replies', max: 24, text, media: true },
    posts: { max: 100, windowSeconds: 15 * 60, countedBy: 'us' },
  },
  capabilities: {
    ownServers: false,
    retryClass: 'duplicate_refused',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
