import * as z from 'zod';
import { type Access, type Account, type Identity, PlatformRefused, type Quota } from '../adapter.ts';
import { type AppTools, ask, isSuccess, WebUrl } from '../answer.ts';
import { demandGraph, graphRefusal } from '../meta-graph.ts';
import { appOf } from '../platform-apps.ts';
import { accountCalls, facebookCalls, openSecret } from './api.ts';
import { instagramFacts } from './facts.ts';
import { LongToken, secretOf, tokenCall } from './instagram-login.ts';

const Profile = z.object({ username: z.string().min(1), profile_picture_url: WebUrl.optional().catch(undefined) });

const Used = z.object({
  quota_usage: z.int().nonnegative(),
  config: z.object({ quota_total: z.int().positive(), quota_duration: z.int().positive() }).optional(),
});
const PublishingLimit = z.object({ data: z.tuple([Used], Used) });

export function instagramAccess(tools: AppTools) {
  return {
    sharesTokens: false,
    refresh: (account) => refresh(tools, account),
    revoke: (account) => revoke(tools, account),
    tokenLife: (secret) => {
      const opened = openSecret({ secret });
      return opened.login === 'instagram' ? { expiresAt: new Date(opened.expiresAt), isRenewable: true } : undefined;
    },
    identify: (account) => identify(tools, account),
    quota: (account) => quota(tools, account),
  } satisfies Access;
}

/** Renews a token that is a day old or more; one that has expired is lost. Tokens of pages last, so they stay. */
async function refresh(tools: AppTools, account: Account): Promise<void> {
  if (openSecret(account).login === 'facebook') return;
  await account.renewSecret(async (secret) => {
    const query = { grant_type: 'ig_refresh_token', access_token: openSecret({ secret }).accessToken };
    return secretOf(await demandGraph(tools, tokenCall(tools, 'refresh_access_token', query), LongToken), tools.now());
  });
}

/** Ends the consent, with what it opens on Facebook. With the token of our app, since that of the user may have ended. What has ended already needs no ending. */
async function revoke(tools: AppTools, account: Account): Promise<void> {
  const secret = openSecret(account);
  if (secret.login === 'instagram') return;
  const { clientId, clientSecret } = await appOf(tools.apps, 'facebook');
  const api = facebookCalls(tools, `${clientId}|${clientSecret}`, clientSecret);
  const answer = await ask(tools.http, api.delete(`${encodeURIComponent(secret.userId)}/permissions`));
  if (isSuccess(answer)) return;
  const refusal = graphRefusal(answer, tools.now());
  if (refusal.kind !== 'target_gone' && refusal.kind !== 'reconnect') throw new PlatformRefused(refusal);
}

async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const api = await accountCalls(tools, account);
  const call = api.get(encodeURIComponent(account.accountId), { fields: 'username,profile_picture_url' });
  const { username, profile_picture_url } = await demandGraph(tools, call, Profile);
  return {
    accountName: `@${username}`,
    accountUrl: `${account.server}/${username}`,
    avatarUrl: profile_picture_url,
  };
}

async function quota(tools: AppTools, account: Account): Promise<Quota> {
  const api = await accountCalls(tools, account);
  const path = `${encodeURIComponent(account.accountId)}/content_publishing_limit`;
  const { data } = await demandGraph(tools, api.get(path, { fields: 'quota_usage,config' }), PublishingLimit);
  const [{ quota_usage: used, config }] = data;
  const known = instagramFacts.limits.posts;
  return {
    limit: config?.quota_total ?? known?.max ?? 0,
    used,
    windowSeconds: config?.quota_duration ?? known?.windowSeconds ?? 0,
  };
}
