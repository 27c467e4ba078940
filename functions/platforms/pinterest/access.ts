import { type Access, type Account, type Identity, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, isSuccess } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { openTokens, tokenLife } from '../token-session.ts';
import { appCall, demanded, pinterestUrl, refusalOf } from './api.ts';
import { Board, shownBoard } from './boards.ts';
import { pinterestSession } from './session.ts';

export function pinterestAccess(tools: AppTools) {
  return {
    sharesTokens: false,
    // A consent opens all boards with one pair of tokens.
    sharesGrantTokens: true,
    refresh: (account) => pinterestSession(tools, account).refresh(),
    revoke: (account) => revoke(tools, account),
    tokenLife,
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

/** Both tokens, since the documents do not say that one ends the other. */
async function revoke(tools: AppTools, account: Account): Promise<void> {
  const { accessToken, refreshToken } = openTokens(account);
  const app = await appOf(tools.apps, 'pinterest');
  const tokens = [
    ...(refreshToken === undefined ? [] : [{ token: refreshToken, token_type_hint: 'refresh_token' }]),
    { token: accessToken, token_type_hint: 'access_token' },
  ];
  for (const fields of tokens) {
    const answer = await ask(tools.http, appCall(app, pinterestUrl(tools, 'oauth/token/revoke'), fields));
    // A 400 or 401 is about a token that has ended already.
    if (isSuccess(answer) || answer.status === 400 || answer.status === 401) continue;
    throw new PlatformRefused(refusalOf(answer, tools.now()));
  }
}

/** The board, as the user sees it now. */
async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const url = pinterestUrl(tools, `boards/${encodeURIComponent(account.accountId)}`);
  const answer = await ask(pinterestSession(tools, account).send, { method: 'GET', url });
  const { scopes } = openTokens(account);
  return { ...shownBoard(tools, demanded(Board, answer, tools.now())), ...(scopes && { scopes }) };
}
