import { type Account, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { type TokenSecret, tokenSession, tokensOf } from '../token-session.ts';
import { tokenAnswer } from './api.ts';

/** Calls in the name of the account. Tokens last two hours, and the refresh token works once. */
export const xSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, {
    renew: (tokens) => renew(tools, tokens),
    isTokenRefused: ({ status }) => status === 401,
  });

async function renew(tools: AppTools, tokens: TokenSecret): Promise<TokenSecret> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) throw new PlatformRefused(noRefreshToken);
  const app = await appOf(tools.apps, 'x');
  const answer = await tokenAnswer(tools, app, { grant_type: 'refresh_token', refresh_token: refreshToken });
  return tokensOf(answer, tools.now(), tokens);
}

const noRefreshToken = {
  kind: 'reconnect',
  platformCode: null,
  message: 'X gave no token that can be renewed: the user must consent again.',
} as const;
