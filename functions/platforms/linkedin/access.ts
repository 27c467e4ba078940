import { type Access, type Account, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, isSuccess } from '../answer.ts';
import { appOf } from '../platform-apps.ts';
import { openTokens, tokenLife } from '../token-session.ts';
import { refusalOf } from './api.ts';
import { identify } from './identity.ts';
import { linkedinSession } from './session.ts';

export function linkedinAccess(tools: AppTools) {
  return {
    sharesTokens: false,
    refresh: (account) => linkedinSession(tools, account).refresh(),
    revoke: (account) => revoke(tools, account),
    tokenLife,
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

/** As other platforms have it (RFC 7009); LinkedIn's own pages do not describe the call. */
async function revoke(tools: AppTools, account: Account): Promise<void> {
  const { clientId, clientSecret } = await appOf(tools.apps, 'linkedin');
  const token = openTokens(account).accessToken;
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, token });
  const answer = await ask(tools.http, {
    method: 'POST',
    url: `${tools.apps.api('linkedin').web}/oauth/v2/revoke`,
    body,
  });
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, tools.now()));
}
