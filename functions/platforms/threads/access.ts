import type { Access, Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret } from './api.ts';
import { LongToken, secretOf, tokenCall } from './auth.ts';
import { identify } from './identity.ts';
import { quota } from './quota.ts';

export function threadsAccess(tools: AppTools) {
  return {
    sharesTokens: false,
    refresh: (account) => refresh(tools, account),
    tokenLife,
    identify: (account) => identify(tools, account),
    quota: (account) => quota(tools, account),
  } satisfies Access;
}

const tokenLife = (secret: string) => ({
  expiresAt: new Date(openSecret({ secret }).expiresAt),
  isRenewable: true,
});

/** Renews a token that is a day old or more; one that has expired is lost. */
async function refresh(tools: AppTools, account: Account): Promise<void> {
  await account.renewSecret(async (secret) => {
    const query = { grant_type: 'th_refresh_token', access_token: openSecret({ secret }).accessToken };
    const token = await demandGraph(tools, tokenCall(tools, 'refresh_access_token', query), LongToken);
    return secretOf(token, tools.now());
  });
}
