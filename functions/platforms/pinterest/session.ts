import { type Account, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { type TokenSecret, tokenSession, tokensOf } from '../token-session.ts';
import { isTokenRefused, tokenAnswer } from './api.ts';

/** Calls in the name of the user. Tokens last 30 days; each renewal brings a new refresh token of 60 days. */
export const pinterestSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, { renew: (tokens) => renew(tools, tokens), isTokenRefused });
export type PinterestSession = ReturnType<typeof pinterestSession>;

async function renew(tools: AppTools, tokens: TokenSecret): Promise<TokenSecret> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) throw new PlatformRefused(noRefreshToken);
  const app = await appOf(tools.apps, 'pinterest');
  const answer = await tokenAnswer(tools, app, { grant_type: 'refresh_token', refresh_token: refreshToken });
  return tokensOf(answer, tools.now(), tokens);
}

const noRefreshToken = {
  kind: 'reconnect',
  platformCode: null,
  message: 'Pinterest gave no token that can be renewed: the user must consent again.',
} as const;
