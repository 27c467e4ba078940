import type { Account } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { exchanging } from '../oauth.ts';
import { appOf } from '../platform-apps.ts';
import { TokenAnswer, tokenSession } from '../token-session.ts';
import { demanded } from './api.ts';

/** Calls in the name of the account. Only apps of approved partners have tokens that can be renewed. */
export const linkedinSession = (tools: AppTools, account: Account) =>
  tokenSession(tools, account, {
    platform: 'LinkedIn',
    async renew(refresh_token) {
      const { clientId: client_id, clientSecret: client_secret } = await appOf(tools.apps, 'linkedin');
      return tokenAnswer(tools, { grant_type: 'refresh_token', refresh_token, client_id, client_secret });
    },
    isTokenRefused: ({ status }) => status === 401,
  });
export type LinkedinSession = ReturnType<typeof linkedinSession>;

/** What the token endpoint says; a code or token that it does not take is a matter of connecting again. */
export function tokenAnswer(tools: AppTools, fields: Record<string, string>) {
  const url = `${tools.apps.api('linkedin').web}/oauth/v2/accessToken`;
  return exchanging(async () => {
    const answer = await ask(tools.http, { method: 'POST', url, body: new URLSearchParams(fields) });
    return demanded(TokenAnswer, answer, tools.now());
  });
}
