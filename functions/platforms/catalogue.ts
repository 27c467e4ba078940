import { blueskyFacts } from './bluesky/facts.ts';
import type { PlatformFacts, PlatformId } from './contract.ts';
import { facebookFacts } from './facebook/facts.ts';
import { instagramFacts } from './instagram/facts.ts';
import { linkedinFacts } from './linkedin/facts.ts';
import { mastodonFacts } from './mastodon/facts.ts';
import { pinterestFacts } from './pinterest/facts.ts';
import { threadsFacts } from './threads/facts.ts';
import { tiktokFacts } from './tiktok/facts.ts';
import { xFacts } from './x/facts.ts';
import { youtubeFacts } from './youtube/facts.ts';

/** Every platform there is; adding an id to `PlatformId` does not compile until it is described here. */
export const catalogue: Readonly<Record<PlatformId, PlatformFacts>> = {
  mastodon: mastodonFacts,
  bluesky: blueskyFacts,
  threads: threadsFacts,
  facebook: facebookFacts,
  linkedin: linkedinFacts,
  x: xFacts,
  instagram: instagramFacts,
  youtube: youtubeFacts,
  tiktok: tiktokFacts,
  pinterest: pinterestFacts,
};
