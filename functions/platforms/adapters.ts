import { now } from '../runtime/clock.ts';
import { outgoing } from '../runtime/http.ts';
import type { Adapter } from './adapter.ts';
import type { AppTools } from './answer.ts';
import { blueskyAdapter } from './bluesky/adapter.ts';
import type { PlatformId } from './contract.ts';
import { facebookAdapter } from './facebook/adapter.ts';
import { linkedinAdapter } from './linkedin/adapter.ts';
import { mastodonAdapter } from './mastodon/adapter.ts';
import { platformApps } from './platform-apps.ts';
import { threadsAdapter } from './threads/adapter.ts';
import { xAdapter } from './x/adapter.ts';

export type AdapterFor = (platform: PlatformId) => Adapter;

/** One adapter for each platform; a new platform does not compile until it has one. */
export function adaptersOver(tools: AppTools): AdapterFor {
  const adapters: Record<PlatformId, Adapter> = {
    mastodon: mastodonAdapter(tools),
    bluesky: blueskyAdapter(tools),
    threads: threadsAdapter(tools),
    facebook: facebookAdapter(tools),
    linkedin: linkedinAdapter(tools),
    x: xAdapter(tools),
  };
  return (platform) => adapters[platform];
}

let deployed: AdapterFor | undefined;

/** The adapter of a platform, over the one HTTP client of the function. */
export const adapterFor: AdapterFor = (platform) => {
  deployed ??= adaptersOver({ http: outgoing(), now, apps: platformApps() });
  return deployed(platform);
};
