import { type Access, type Account, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, isSuccess } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { openTokens, tokenLife } from '../token-session.ts';
import { appCall, refusalOf, xUrl } from './api.ts';
import { identify } from './identity.ts';
import { xSession } from './session.ts';

export function xAccess(tools: AppTools) {
  return {
    sharesTokens: false,
    refresh: (account) => xSession(tools, account).refresh(),
    revoke: (account) => revoke(tools, account),
    tokenLife,
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

/** Ending one of the tokens does not end the other. */
async function revoke(tools: AppTools, account: Account): Promise<void> {
  const { accessToken, refreshToken } = openTokens(account);
  const app = await appOf(tools.apps, 'x');
  const tokens = [
    ...(refreshToken === undefined ? [] : [{ token: refreshToken, token_type_hint: 'refresh_token' }]),
    { token: accessToken, token_type_hint: 'access_token' },
  ];
  for (const fields of tokens) {
    const answer = await ask(tools.http, appCall(app, xUrl(tools, 'oauth2/revoke'), fields));
    // A 400 is about a token that has ended already.
    if (!isSuccess(answer) && answer.status !== 400) throw new PlatformRefused(refusalOf(answer, tools.now()));
  }
}
