import { now } from '../runtime/clock.ts';
import { outgoing } from '../runtime/http.ts';
import type { Access } from './adapter.ts';
import type { AppTools } from './answer.ts';
import { blueskyAccess } from './bluesky/access.ts';
import type { PlatformId } from './contract.ts';
import { facebookAccess } from './facebook/access.ts';
import { linkedinAccess } from './linkedin/access.ts';
import { mastodonAccess } from './mastodon/access.ts';
import { platformApps } from './platform-apps.ts';
import { threadsAccess } from './threads/access.ts';
import { xAccess } from './x/access.ts';

export type AccessFor = (platform: PlatformId) => Access;

/** What each platform does about the access to accounts; a new platform does not compile until it is known. */
export function accessOver(tools: AppTools): AccessFor {
  const accesses: Record<PlatformId, Access> = {
    mastodon: mastodonAccess(tools),
    bluesky: blueskyAccess(tools),
    threads: threadsAccess(tools),
    facebook: facebookAccess(tools),
    linkedin: linkedinAccess(tools),
    x: xAccess(tools),
  };
  return (platform) => accesses[platform];
}

let deployed: AccessFor | undefined;

/** The access part of a platform, over the one HTTP client of the function. */
export const accessFor: AccessFor = (platform) => {
  deployed ??= accessOver({ http: outgoing(), now, apps: platformApps() });
  return deployed(platform);
};
