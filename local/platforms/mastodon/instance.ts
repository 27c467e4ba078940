import type { SandboxApp } from '../sandbox-platform.ts';
import type { MastodonStore } from './store.ts';

export const mediaLimits = {
  description_limit: 1500,
  image_size_limit: 16_777_216,
  image_matrix_limit: 33_177_600,
  video_size_limit: 103_809_024,
  video_frame_rate_limit: 120,
  video_matrix_limit: 8_294_400,
  supported_mime_types: [
    ...['jpeg', 'png', 'gif', 'heic', 'heif', 'webp', 'avif'].map((type) => `image/${type}`),
    ...['webm', 'mp4', 'quicktime', 'ogg'].map((type) => `video/${type}`),
    ...['wave', 'wav', 'x-wav', 'ogg', 'mpeg', 'mp3', 'webm', 'flac', 'aac', 'mp4'].map((type) => `audio/${type}`),
  ],
};

/** What a client must ask for before it posts: the limits of this server. */
export function addInstance(app: SandboxApp, { url, limits }: MastodonStore) {
  app.get('/api/v2/instance', (c) =>
    c.json({
      domain: new URL(url).host,
      title: 'Sandbox Mastodon',
      version: '4.5.0',
      source_url: 'https://github.com/mastodon/mastodon',
      description: 'A sandbox for development and tests. Nothing here reaches the real Mastodon.',
      usage: { users: { active_month: 1 } },
      thumbnail: { url: `${url}/avatar.svg` },
      icon: [],
      languages: ['en'],
      configuration: {
        urls: { streaming: url.replace('http', 'ws'), status: null, about: `${url}/` },
        vapid: { public_key: '' },
        accounts: { max_featured_tags: 10, max_pinned_statuses: 5 },
        statuses: {
          max_characters: limits.maxCharacters,
          max_media_attachments: limits.maxMedia,
          characters_reserved_per_url: limits.charactersPerUrl,
        },
        media_attachments: mediaLimits,
        polls: { max_options: 4, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2_629_746 },
        translation: { enabled: false },
        limited_federation: false,
      },
      registrations: { enabled: false, approval_required: false, reason_required: false, message: null, url: null },
      api_versions: { mastodon: 7 },
      contact: { email: 'sandbox@example.com', account: null },
      rules: [],
    }),
  );
}
