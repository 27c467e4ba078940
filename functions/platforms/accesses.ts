import { now } from '../runtime/clock.ts';
import { outgoing } from '../runtime/http.ts';
import type { Access } from './adapter.ts';
import type { AppTools } from './answer.ts';
import type { PlatformId } from './contract.ts';
import { loadedOnce } from './loaded-once.ts';
import { platformApps } from './platform-apps.ts';

export type AccessFor = (platform: PlatformId) => Promise<Access>;

/** How the code of each is loaded; a new platform does not compile until it is known. */
const loaders: Readonly<Record<PlatformId, (tools: AppTools) => Promise<Access>>> = {
  mastodon: async (tools) => (await import('./mastodon/access.ts')).mastodonAccess(tools),
  bluesky: async (tools) => (await import('./bluesky/access.ts')).blueskyAccess(tools),
  threads: async (tools) => (await import('./threads/access.ts')).threadsAccess(tools),
  facebook: async (tools) => (await import('./facebook/access.ts')).facebookAccess(tools),
  linkedin: async (tools) => (await import('./linkedin/access.ts')).linkedinAccess(tools),
  x: async (tools) => (await import('./x/access.ts')).xAccess(tools),
  instagram: async (tools) => (await import('./instagram/access.ts')).instagramAccess(tools),
  pinterest: async (tools) => (await import('./pinterest/access.ts')).pinterestAccess(tools),
  youtube: async (tools) => (await import('./youtube/access.ts')).youtubeAccess(tools),
  tiktok: async (tools) => (await import('./tiktok/access.ts')).tiktokAccess(tools),
};

/** What each platform does about the access to accounts. */
export const accessOver = (tools: AppTools): AccessFor => loadedOnce(loaders, tools);

let deployed: AccessFor | undefined;

/** The access part of a platform, over the one HTTP client of the function. */
export const accessFor: AccessFor = (platform) => {
  deployed ??= accessOver({ http: outgoing(), now, apps: platformApps() });
  return deployed(platform);
};
