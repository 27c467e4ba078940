import { type Access, type Account, PlatformRefused } from '../adapter.ts';
import { type AdapterTools, ask, isSuccess } from '../answer.ts';
import { openSecret, refusalOf } from './api.ts';
import { identify } from './identity.ts';

/** Tokens do not expire, so there is nothing to renew. */
export function mastodonAccess(tools: AdapterTools) {
  return {
    sharesTokens: true,
    revoke: (account) => revoke(tools, account),
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

async function revoke(tools: AdapterTools, account: Account) {
  const { accessToken, clientId, clientSecret } = openSecret(account);
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, token: accessToken });
  const url = new URL('/oauth/revoke', account.server).href;
  const answer = await ask(tools.http, { method: 'POST', url, body });
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, tools.now()));
}
