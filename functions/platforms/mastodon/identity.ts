import * as z from 'zod';
import type { Account, Identity } from '../adapter.ts';
import { type AdapterTools, WebUrl } from '../answer.ts';
import { bearer, demand, openSecret } from './api.ts';

/** https://docs.joinmastodon.org/methods/accounts/#verify_credentials */
const OwnAccount = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  url: WebUrl,
  avatar: WebUrl.optional().catch(undefined),
});

/** Who a token is of. */
export async function readOwnAccount(tools: AdapterTools, server: string, accessToken: string) {
  const url = new URL('/api/v1/accounts/verify_credentials', server).href;
  const own = await demand(tools, { method: 'GET', url, headers: bearer(accessToken) }, OwnAccount);
  const accountName = `@${own.username}@${new URL(server).host}`;
  return { id: own.id, accountName, accountUrl: own.url, avatarUrl: own.avatar };
}

export async function identify(tools: AdapterTools, account: Account): Promise<Identity> {
  const { id: _, ...identity } = await readOwnAccount(tools, account.server, openSecret(account).accessToken);
  return identity;
}
