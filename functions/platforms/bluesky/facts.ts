import type { PlatformFacts, TextLimits } from '../contract.ts';

const text: TextLimits = { unit: 'graphemes', max: 300, maxBytes: 3000, urlLength: null };

export const blueskyFacts: PlatformFacts = {
  id: 'bluesky',
  name: 'Bluesky',
  auth: 'app_password',
  // An app password opens everything, and a consent that grants less is refused.
  scopes: [],
  limits: {
    text,
    media: {
      required: false,
      images: { max: 4, types: ['image/jpeg', 'image/png', 'image/webp'], maxBytes: 2_000_000 },
      videos: { max: 1, types: ['video/mp4'], maxBytes: 100_000_000 },
      mixed: false,
      altTextMax: 1500,
    },
    followUps: { kind: 'replies', max: 24, text, media: true },
    // 5,000 points an hour, three for a record.
  },
  capabilities: {
    ownServers: true,
    retryClass: 'idempotent',
    // By consent it does; but only the user can take back an app password.
    revoke: false,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
