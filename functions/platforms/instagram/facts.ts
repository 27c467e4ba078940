import type { PlatformFacts } from '../contract.ts';

export const instagramFacts: PlatformFacts = {
  id: 'instagram',
  name: 'Instagram',
  auth: 'oauth2',
  // Of Instagram Login; Facebook Login has its own names for the same (`facebook-login.ts`).
  scopes: [
    'instagram_business_basic',
    'instagram_business_content_publish',
    'instagram_business_manage_insights',
    'instagram_business_manage_comments',
  ],
  limits: {
    text: { unit: 'characters', max: 2200, maxBytes: null, urlLength: null },
    media: {
      required: true,
      images: { max: 10, types: ['image/jpeg'], maxBytes: 8 * 1024 * 1024 },
      videos: { max: 10, types: ['video/mp4', 'video/quicktime'], maxBytes: 300 * 1024 * 1024 },
      mixed: true,
      altTextMax: 1000,
    },
    followUps: {
      kind: 'comment',
      max: 1,
      // Not documented; what Instagram's own app takes, as of captions.
      text: { unit: 'characters', max: 2200, maxBytes: null, urlLength: null },
      media: false,
    },
    // One document says 100, another 50; what really counts the account tells.
    posts: { max: 50, windowSeconds: 24 * 3600, countedBy: 'platform' },
  },
  capabilities: {
    ownServers: false,
    retryClass: 'provable',
    // Only accounts that came by Facebook Login: Instagram Login has no call for it.
    revoke: false,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
