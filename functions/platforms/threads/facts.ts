import type { PlatformFacts, TextLimits } from '../contract.ts';

const text: TextLimits = { unit: 'characters', max: 500, maxBytes: null, urlLength: null };

export const threadsFacts: PlatformFacts = {
  id: 'threads',
  name: 'Threads',
  auth: 'oauth2',
  scopes: [
    'threads_basic',
    'threads_content_publish',
    'threads_manage_insights',
    'threads_manage_replies',
    'threads_read_replies',
  ],
  limits: {
    text,
    media: {
      required: false,
      images: { max: 20, types: ['image/jpeg', 'image/png'], maxBytes: 8 * 1024 * 1024 },
      videos: { max: 20, types: ['video/mp4', 'video/quicktime'], maxBytes: 1024 * 1024 * 1024 },
      mixed: true,
      altTextMax: 1000,
    },
    followUps: { kind: 'replies', max: 24, text, media: true },
    posts: { max: 250, windowSeconds: 24 * 3600, countedBy: 'platform' },
  },
  capabilities: {
    ownServers: false,
    retryClass: 'provable',
    // Threads has no call for it: the user takes the access back in the settings of the account.
    revoke: false,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
