import type { PlatformFacts } from '../contract.ts';

export const threadsFacts: PlatformFacts = {
  id: 'threads',
  name: 'Threads',
  auth: 'oauth2',
  limits: { text: { unit: 'characters', max: 500, maxBytes: null, urlLength: null } },
  capabilities: {
    ownServers: false,
    retryClass: 'provable',
    // Threads has no call for it: the user takes the access back in the settings of the account.
    revoke: false,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
