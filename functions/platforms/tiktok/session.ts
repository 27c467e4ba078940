import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { tokenSession } from '../token-session.ts';
import { askForTokens, isTokenRefused } from './api.ts';

/** Calls in the name of the creator. A refresh token ends with the next one. */
export const tiktokSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, {
    platform: 'TikTok',
    async renew(refresh_token) {
      const { clientId: client_key, clientSecret: client_secret } = await appOf(tools.apps, 'tiktok');
      return askForTokens(tools, { client_key, client_secret, grant_type: 'refresh_token', refresh_token });
    },
    isTokenRefused,
  });
