import type { PlatformFacts } from '../contract.ts';

export const linkedinFacts: PlatformFacts = {
  id: 'linkedin',
  name: 'LinkedIn',
  auth: 'oauth2',
  limits: { text: { unit: 'characters', max: 3000, maxBytes: null, urlLength: null } },
  capabilities: {
    ownServers: false,
    retryClass: 'duplicate_refused',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
