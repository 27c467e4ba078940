import type { PlatformFacts } from '../contract.ts';

/** A text is the description of its video. */
export const youtubeFacts: PlatformFacts = {
  id: 'youtube',
  name: 'YouTube',
  auth: 'oauth2',
  // The last is for comments only.
  scopes: [
    'https://www.googleapis.com/auth/youtube.upload',
    'https://www.googleapis.com/auth/youtube.readonly',
    'https://www.googleapis.com/auth/youtube.force-ssl',
  ],
  limits: {
    text: { unit: 'characters', max: 5000, maxBytes: 5000, urlLength: null },
    media: {
      required: true,
      images: { max: 0, types: [], maxBytes: 1 },
      videos: { max: 1, types: ['video/mp4', 'video/quicktime'], maxBytes: 256 * 1024 ** 3 },
      mixed: false,
      altTextMax: 0,
    },
    followUps: {
      kind: 'comment',
      max: 1,
      // YouTube's documents name no number; it is that of its own pages.
      text: { unit: 'characters', max: 10_000, maxBytes: null, urlLength: null },
      media: false,
    },
  },
  capabilities: { ownServers: false, retryClass: 'provable', revoke: true, metrics: ['likes', 'replies'] },
};
