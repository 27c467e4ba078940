import type { AppTools } from './answer.ts';
import type { PlatformId } from './contract.ts';
import { loadedOnce } from './loaded-once.ts';
import type { OAuth } from './oauth.ts';

export type OAuthFor = (platform: PlatformId) => Promise<OAuth>;

/** How the code of each is loaded; a new platform does not compile until it is known. */
const loaders: Readonly<Record<PlatformId, (tools: AppTools) => Promise<OAuth>>> = {
  mastodon: async (tools) => (await import('./mastodon/auth.ts')).mastodonAuth(tools),
  bluesky: async (tools) => (await import('./bluesky/oauth.ts')).blueskyOAuth(tools),
  threads: async (tools) => (await import('./threads/auth.ts')).threadsAuth(tools),
  facebook: async (tools) => (await import('./facebook/auth.ts')).facebookAuth(tools),
  linkedin: async (tools) => (await import('./linkedin/auth.ts')).linkedinAuth(tools),
  x: async (tools) => (await import('./x/auth.ts')).xAuth(tools),
  instagram: async (tools) => (await import('./instagram/auth.ts')).instagramAuth(tools),
  pinterest: async (tools) => (await import('./pinterest/auth.ts')).pinterestAuth(tools),
  youtube: async (tools) => (await import('./youtube/auth.ts')).youtubeAuth(tools),
  tiktok: async (tools) => (await import('./tiktok/auth.ts')).tiktokAuth(tools),
};

/** How accounts of each platform are connected by consent. */
export const oauthOver = (tools: AppTools): OAuthFor => loadedOnce(loaders, tools);
