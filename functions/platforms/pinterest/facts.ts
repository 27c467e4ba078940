import type { PlatformFacts } from '../contract.ts';

/** A text is the description of its pin. */
export const pinterestFacts: PlatformFacts = {
  id: 'pinterest',
  name: 'Pinterest',
  auth: 'oauth2',
  scopes: ['user_accounts:read', 'boards:read', 'boards:write', 'pins:read', 'pins:write'],
  limits: {
    text: { unit: 'characters', max: 800, maxBytes: null, urlLength: null },
    media: {
      required: true,
      images: { max: 5, types: ['image/jpeg', 'image/png'], maxBytes: 20 * 1024 * 1024 },
      videos: { max: 1, types: ['video/mp4', 'video/quicktime'], maxBytes: 2 * 1024 * 1024 * 1024 },
      mixed: false,
      altTextMax: 500,
    },
  },
  capabilities: {
    ownServers: false,
    // Pinterest knows no handle of ours and takes the same pin any number of times.
    retryClass: 'unprovable',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
