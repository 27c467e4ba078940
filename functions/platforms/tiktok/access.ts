import { type Access, type Account, type Identity, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { openTokens, tokenLife } from '../token-session.ts';
import { isThrottled, tokenCall, tokenRefusal } from './api.ts';
import { askCreator, type Creator, shownCreator } from './creator.ts';
import { readUser, shownUser } from './identity.ts';
import { tiktokSession } from './session.ts';

export function tiktokAccess(tools: AppTools) {
  return {
    // Tokens differ, but taking one back ends all that the user has agreed to for our app.
    sharesTokens: true,
    refresh: (account) => tiktokSession(tools, account).refresh(),
    revoke: (account) => revoke(tools, account),
    tokenLife,
    identify: (account) => identify(tools, account),
    publishOptions: async (account) => ({ tiktok: shownCreator(await creatorOf(tools, account)) }),
  } satisfies Access;
}

async function creatorOf(tools: AppTools, account: Account): Promise<Creator> {
  try {
    return await askCreator(tools, account);
  } catch (error) {
    if (!(error instanceof PlatformRefused) || !isThrottled(error.refusal)) throw error;
    throw new PlatformRefused({ ...error.refusal, kind: 'retry_later' }, error.cause);
  }
}

async function revoke(tools: AppTools, account: Account): Promise<void> {
  const { clientId, clientSecret } = await appOf(tools.apps, 'tiktok');
  const fields = { client_key: clientId, client_secret: clientSecret, token: openTokens(account).accessToken };
  const refusal = tokenRefusal(await ask(tools.http, tokenCall(tools, 'revoke', fields)), tools.now());
  // What is a matter of connecting again is a token that has ended already.
  if (refusal && refusal.kind !== 'reconnect') throw new PlatformRefused(refusal);
}

async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const { scopes = [] } = openTokens(account);
  const user = await readUser(tools, tiktokSession(tools, account).send, scopes);
  return { ...shownUser(tools, user), scopes };
}
