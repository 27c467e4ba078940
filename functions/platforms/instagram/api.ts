import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { HttpCall } from '../../runtime/http.ts';
import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';

type Apps = Pick<AppTools, 'apps'>;

/**
 * What an account's sealed secret holds, by the login that it came with. Instagram Login: a token of 60 days, renewed by
 * itself. Facebook Login: the token of the page that the account is linked to, which does not expire, and the user who agreed.
 */
export const InstagramSecret = z.discriminatedUnion('login', [
  z.object({ login: z.literal('instagram'), accessToken: z.string(), expiresAt: z.iso.datetime() }),
  z.object({ login: z.literal('facebook'), accessToken: z.string(), userId: z.string() }),
]);
export type InstagramSecret = z.infer<typeof InstagramSecret>;

export const openSecret = ({ secret }: Pick<Account, 'secret'>) => InstagramSecret.parse(JSON.parse(secret));

/** Where accounts are reached that are linked to pages; a stage that names no such place has both logins at one. */
export function facebookHosts({ apps }: Apps): { web: string; api: string; version: string } {
  const { facebook, web, api, version } = apps.api('instagram');
  return { ...(facebook ?? { web, api }), version };
}

/** Calls of a Graph API. The signature goes where the other parameters go. */
function graphCalls(base: string, signature: Record<string, string>) {
  const withQuery = (path: string, query: Record<string, string>) =>
    `${base}/${path}?${new URLSearchParams({ ...query, ...signature })}`;
  return {
    get: (path: string, query: Record<string, string> = {}): HttpCall => ({
      method: 'GET',
      url: withQuery(path, query),
    }),
    post: (path: string, fields: Record<string, string>): HttpCall => ({
      method: 'POST',
      url: `${base}/${path}`,
      body: new URLSearchParams({ ...fields, ...signature }),
    }),
    delete: (path: string): HttpCall => ({ method: 'DELETE', url: withQuery(path, {}) }),
  };
}
export type GraphCalls = ReturnType<typeof graphCalls>;

/** graph.instagram.com, with a token of Instagram Login. */
export function instagramCalls({ apps }: Apps, accessToken: string): GraphCalls {
  const { api, version } = apps.api('instagram');
  return graphCalls(`${api}/${version}`, { access_token: accessToken });
}

/** graph.facebook.com. A token that is stolen is of no use without the proof that the caller is our app. */
export function facebookCalls(tools: Apps, accessToken: string, clientSecret: string): GraphCalls {
  const { api, version } = facebookHosts(tools);
  const proof = createHmac('sha256', clientSecret).update(accessToken).digest('hex');
  return graphCalls(`${api}/${version}`, { access_token: accessToken, appsecret_proof: proof });
}

/** Calls in the name of the account, to the host of its login. Both have the same paths. */
export async function accountCalls(tools: Apps, account: Pick<Account, 'secret'>): Promise<GraphCalls> {
  const { login, accessToken } = openSecret(account);
  if (login === 'instagram') return instagramCalls(tools, accessToken);
  return facebookCalls(tools, accessToken, (await appOf(tools.apps, 'facebook')).clientSecret);
}
