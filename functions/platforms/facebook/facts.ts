import type { PlatformFacts } from '../contract.ts';
import { longestText } from '../override-text.ts';

export const facebookFacts: PlatformFacts = {
  id: 'facebook',
  name: 'Facebook Pages',
  auth: 'oauth2',
  scopes: [
    'pages_show_list',
    'business_management',
    'pages_manage_posts',
    'pages_read_engagement',
    // To comment, and to look at comments.
    'pages_manage_engagement',
    'pages_read_user_content',
  ],
  limits: {
    text: { unit: 'characters', max: longestText, maxBytes: null, urlLength: null },
    media: {
      required: false,
      images: { max: 10, types: ['image/jpeg', 'image/png', 'image/gif'], maxBytes: 10 * 1024 * 1024 },
      videos: { max: 1, types: ['video/mp4', 'video/quicktime'], maxBytes: 1024 * 1024 * 1024 },
      mixed: false,
      // Not documented; as much as Threads and Instagram take.
      altTextMax: 1000,
    },
    followUps: {
      kind: 'comment',
      max: 1,
      // Not documented; what Facebook's own pages take.
      text: { unit: 'characters', max: 8000, maxBytes: null, urlLength: null },
      media: false,
    },
  },
  capabilities: {
    ownServers: false,
    // Only a text that is the same as that of the very last post is refused; one in between, and it is taken again.
    retryClass: 'unprovable',
    revoke: true,
    metrics: ['likes', 'reposts', 'replies'],
  },
};
