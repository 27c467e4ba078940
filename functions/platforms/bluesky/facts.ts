import type { PlatformFacts } from '../contract.ts';

export const blueskyFacts: PlatformFacts = {
  id: 'bluesky',
  name: 'Bluesky',
  auth: 'app_password',
  limits: { text: { unit: 'graphemes', max: 300, maxBytes: 3000, urlLength: null } },
  capabilities: {
    ownServers: true,
    retryClass: 'idempotent',
    // The session is ended, but only the user can take back the app password it was made with.
    revoke: false,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
