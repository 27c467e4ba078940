import * as z from 'zod';
import { BlueskyOptions } from './bluesky/options.ts';
import { FacebookOptions } from './facebook/options.ts';
import { InstagramOptions } from './instagram/options.ts';
import { LinkedinOptions } from './linkedin/options.ts';
import { MastodonOptions } from './mastodon/options.ts';
import { PinterestOptions } from './pinterest/options.ts';
import { ThreadsOptions } from './threads/options.ts';
import { TiktokOptions } from './tiktok/options.ts';
import { XOptions } from './x/options.ts';
import { YoutubeOptions } from './youtube/options.ts';

/** What a post may wish for single platforms, each in the platform's own terms. */
export const PlatformOverrides = z.strictObject({
  mastodon: MastodonOptions.optional(),
  bluesky: BlueskyOptions.optional(),
  threads: ThreadsOptions.optional(),
  facebook: FacebookOptions.optional(),
  linkedin: LinkedinOptions.optional(),
  x: XOptions.optional(),
  instagram: InstagramOptions.optional(),
  pinterest: PinterestOptions.optional(),
  youtube: YoutubeOptions.optional(),
  tiktok: TiktokOptions.optional(),
});
export type PlatformOverrides = z.infer<typeof PlatformOverrides>;
