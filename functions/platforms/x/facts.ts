import type { PlatformFacts, TextLimits } from '../contract.ts';

const text: TextLimits = { unit: 'characters', max: 280, maxBytes: null, urlLength: 23 };

/** For accounts that pay X. */
export const longText: TextLimits = { ...text, max: 25_000 };

export const xFacts: PlatformFacts = {
  id: 'x',
  name: 'X',
  auth: 'oauth2',
  limits: { text },
  capabilities: {
    ownServers: false,
    retryClass: 'duplicate_refused',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
