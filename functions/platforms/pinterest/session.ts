import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { tokenSession } from '../token-session.ts';
import { isTokenRefused, tokenAnswer } from './api.ts';

/** Calls in the name of the user. Tokens last 30 days; each renewal brings a new refresh token of 60 days. */
export const pinterestSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, {
    platform: 'Pinterest',
    renew: async (refresh_token) =>
      tokenAnswer(tools, await appOf(tools.apps, 'pinterest'), { grant_type: 'refresh_token', refresh_token }),
    isTokenRefused,
  });
export type PinterestSession = ReturnType<typeof pinterestSession>;
