import { now } from '../runtime/clock.ts';
import { downloads, outgoing } from '../runtime/http.ts';
import type { Adapter } from './adapter.ts';
import type { AppTools, MediaTools } from './answer.ts';
import type { PlatformId } from './contract.ts';
import { loadedOnce } from './loaded-once.ts';
import { mediaReader } from './media-reader.ts';
import { platformApps } from './platform-apps.ts';

export type AdapterFor = (platform: PlatformId) => Promise<Adapter>;
type Load = (tools: AppTools & MediaTools) => Promise<Adapter>;

/** How the code of each adapter is loaded; a new platform does not compile until it has one. */
const loaders: Readonly<Record<PlatformId, Load>> = {
  mastodon: async (tools) => (await import('./mastodon/adapter.ts')).mastodonAdapter(tools),
  bluesky: async (tools) => (await import('./bluesky/adapter.ts')).blueskyAdapter(tools),
  threads: async (tools) => (await import('./threads/adapter.ts')).threadsAdapter(tools),
  facebook: async (tools) => (await import('./facebook/adapter.ts')).facebookAdapter(tools),
  linkedin: async (tools) => (await import('./linkedin/adapter.ts')).linkedinAdapter(tools),
  x: async (tools) => (await import('./x/adapter.ts')).xAdapter(tools),
  instagram: async (tools) => (await import('./instagram/adapter.ts')).instagramAdapter(tools),
  pinterest: async (tools) => (await import('./pinterest/adapter.ts')).pinterestAdapter(tools),
  youtube: async (tools) => (await import('./youtube/adapter.ts')).youtubeAdapter(tools),
  tiktok: async (tools) => (await import('./tiktok/adapter.ts')).tiktokAdapter(tools),
};

/** Adapters over the same tools; only those that are asked for are loaded. */
export const adaptersOver = (tools: AppTools & MediaTools): AdapterFor => loadedOnce(loaders, tools);

let deployed: AdapterFor | undefined;

/** The adapter of a platform, over the one HTTP client of the function. */
export const adapterFor: AdapterFor = (platform) => {
  deployed ??= adaptersOver({ http: outgoing(), media: mediaReader(downloads()), now, apps: platformApps() });
  return deployed(platform);
};
