import { type Access, type Account, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, isSuccess } from '../answer.ts';
import { graphRefusal } from '../meta-graph.ts';
import { appOf } from '../platform-apps.ts';
import { graphApi, openSecret } from './api.ts';
import { identify } from './identity.ts';

/** Tokens of pages do not expire, so there is nothing to renew. */
export function facebookAccess(tools: AppTools) {
  return {
    sharesTokens: false,
    revoke: (account) => revoke(tools, account),
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

/** With the token of our app, since that of the user may have ended. What has ended already needs no ending. */
async function revoke(tools: AppTools, account: Account): Promise<void> {
  const { clientId, clientSecret } = await appOf(tools.apps, 'facebook');
  const api = graphApi(tools, { accessToken: `${clientId}|${clientSecret}`, clientSecret });
  const path = `${encodeURIComponent(openSecret(account).userId)}/permissions`;
  const answer = await ask(tools.http, api.delete(path));
  if (isSuccess(answer)) return;
  const refusal = graphRefusal(answer, tools.now());
  if (refusal.kind !== 'target_gone' && refusal.kind !== 'reconnect') throw new PlatformRefused(refusal);
}
