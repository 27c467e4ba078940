import type { Account } from '../adapter.ts';
import { PlatformRefused } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { exchanging } from '../oauth.ts';
import { appOf } from '../platform-apps.ts';
import { TokenAnswer, type TokenSecret, tokenSession, tokensOf } from '../token-session.ts';
import { demanded } from './api.ts';

/** Calls in the name of the account. Only apps of approved partners have tokens that can be renewed. */
export const linkedinSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, {
    renew: (tokens) => renew(tools, tokens),
    isTokenRefused: ({ status }) => status === 401,
  });
export type LinkedinSession = ReturnType<typeof linkedinSession>;

async function renew(tools: AppTools, tokens: TokenSecret): Promise<TokenSecret> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) throw new PlatformRefused(consentEnds);
  const { clientId, clientSecret } = await appOf(tools.apps, 'linkedin');
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const answer = await tokenAnswer(tools, { ...fields, client_id: clientId, client_secret: clientSecret });
  return tokensOf(answer, tools.now(), tokens);
}

const consentEnds = {
  kind: 'reconnect',
  platformCode: null,
  message: 'LinkedIn gives this app no tokens that can be renewed: the user must consent again.',
} as const;

/** What the token endpoint says; a code or token that it does not take is a matter of connecting again. */
export function tokenAnswer(tools: AppTools, fields: Record<string, string>) {
  const url = `${tools.apps.api('linkedin').web}/oauth/v2/accessToken`;
  return exchanging(async () => {
    const answer = await ask(tools.http, { method: 'POST', url, body: new URLSearchParams(fields) });
    return demanded(TokenAnswer, answer, tools.now());
  });
}
