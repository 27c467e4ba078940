import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { tokenSession } from '../token-session.ts';
import { tokenAnswer } from './api.ts';

/** Calls in the name of the account. Tokens last two hours, and the refresh token works once. */
export const xSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, {
    platform: 'X',
    renew: async (refresh_token) =>
      tokenAnswer(tools, await appOf(tools.apps, 'x'), { grant_type: 'refresh_token', refresh_token }),
    isTokenRefused: ({ status }) => status === 401,
  });
