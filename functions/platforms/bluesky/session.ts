import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import type { BlueskySession } from './bluesky-session.ts';
import { isOAuthSecret } from './oauth-secret.ts';
import { oauthSession, revokeTokens } from './oauth-session.ts';
import { deleteSession, passwordSession } from './password-session.ts';

/** The session of an account, by the way that it was connected. */
export const accountSession = (tools: AppTools, account: Account): BlueskySession =>
  isOAuthSecret(account) ? oauthSession(tools, account) : passwordSession(tools, account);

/** Ends it, as far as that can be done: what an app password opens, only the user can close. */
export const endSession = (tools: AppTools, account: Account): Promise<void> =>
  isOAuthSecret(account) ? revokeTokens(tools, account) : deleteSession(tools, account);
