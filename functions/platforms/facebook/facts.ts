import type { PlatformFacts } from '../contract.ts';

export const facebookFacts: PlatformFacts = {
  id: 'facebook',
  name: 'Facebook Pages',
  auth: 'oauth2',
  limits: { text: { unit: 'characters', max: 63_206, maxBytes: null, urlLength: null } },
  capabilities: {
    ownServers: false,
    // Only a text that is the same as that of the very last post is refused; one in between, and it is taken again.
    retryClass: 'unprovable',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
