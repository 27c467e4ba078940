import type { AppTools } from './answer.ts';
import type { OAuthPlatformId } from './contract.ts';
import { facebookAuth } from './facebook/auth.ts';
import { linkedinAuth } from './linkedin/auth.ts';
import { mastodonAuth } from './mastodon/auth.ts';
import type { OAuth } from './oauth.ts';
import { threadsAuth } from './threads/auth.ts';
import { xAuth } from './x/auth.ts';

export type OAuthFor = (platform: OAuthPlatformId) => OAuth;

/** How accounts of each platform are connected by consent; a new platform does not compile until it is known. */
export function oauthOver(tools: AppTools): OAuthFor {
  const connectors: Record<OAuthPlatformId, OAuth> = {
    mastodon: mastodonAuth(tools),
    threads: threadsAuth(tools),
    facebook: facebookAuth(tools),
    linkedin: linkedinAuth(tools),
    x: xAuth(tools),
  };
  return (platform) => connectors[platform];
}
