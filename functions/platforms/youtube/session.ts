import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { tokenSession } from '../token-session.ts';
import { askForTokens } from './api.ts';

/** Calls in the name of the channel. Tokens last an hour; the refresh token stays the same. */
export const youtubeSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, {
    platform: 'Google',
    async renew(refresh_token) {
      const { clientId: client_id, clientSecret: client_secret } = await appOf(tools.apps, 'youtube');
      return askForTokens(tools, { client_id, client_secret, grant_type: 'refresh_token', refresh_token });
    },
    isTokenRefused: ({ status }) => status === 401,
  });
