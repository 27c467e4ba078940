import { type Account, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { type TokenSecret, tokenSession, tokensOf } from '../token-session.ts';
import { askForTokens, isTokenRefused } from './api.ts';

/** Calls in the name of the creator. A refresh token ends with the next one. */
export const tiktokSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, { renew: (tokens) => renew(tools, tokens), isTokenRefused });

async function renew(tools: AppTools, tokens: TokenSecret): Promise<TokenSecret> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) throw new PlatformRefused(noRefreshToken);
  const { clientId, clientSecret } = await appOf(tools.apps, 'tiktok');
  const fields = {
    client_key: clientId,
    client_secret: clientSecret,
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  };
  return tokensOf(await askForTokens(tools, fields), tools.now(), tokens);
}

const noRefreshToken = {
  kind: 'reconnect',
  platformCode: null,
  message: 'TikTok gave no token that can be renewed: the user must consent again.',
} as const;
