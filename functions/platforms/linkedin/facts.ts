import type { PlatformFacts } from '../contract.ts';

export const linkedinFacts: PlatformFacts = {
  id: 'linkedin',
  name: 'LinkedIn',
  auth: 'oauth2',
  // Of a member the first, of an organization the second (needed-scopes.ts).
  scopes: ['w_member_social', 'w_organization_social'],
  limits: {
    text: { unit: 'characters', max: 3000, maxBytes: null, urlLength: null },
    media: {
      required: false,
      images: { max: 20, types: ['image/jpeg', 'image/png', 'image/gif'], maxBytes: 5 * 1024 * 1024 },
      videos: { max: 1, types: ['video/mp4'], maxBytes: 500 * 1024 * 1024 },
      mixed: false,
      altTextMax: 1500,
    },
    followUps: {
      kind: 'comment',
      max: 1,
      text: { unit: 'characters', max: 1250, maxBytes: null, urlLength: null },
      media: false,
    },
    // Requests of one member to an app of the Share product.
    posts: { max: 150, windowSeconds: 24 * 3600, countedBy: 'us' },
  },
  capabilities: {
    ownServers: false,
    retryClass: 'duplicate_refused',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
