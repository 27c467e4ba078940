import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { HttpCall } from '../../runtime/http.ts';
import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { appOf } from '../platform-apps.ts';

/** What the sealed secret of a page holds: its token, which does not expire, and the user whose consent it came with. */
export const PageSecret = z.object({ pageToken: z.string(), userId: z.string() });
export type PageSecret = z.infer<typeof PageSecret>;

export const openSecret = ({ secret }: Pick<Account, 'secret'>) => PageSecret.parse(JSON.parse(secret));

type Signing = { accessToken: string; clientSecret: string };

/** Calls of the versioned API. A token that is stolen is of no use without the proof that the caller is our app. */
export function graphApi({ apps }: Pick<AppTools, 'apps'>, { accessToken, clientSecret }: Signing) {
  const signature = {
    access_token: accessToken,
    appsecret_proof: createHmac('sha256', clientSecret).update(accessToken).digest('hex'),
  };
  const withQuery = (path: string, query: Record<string, string>) =>
    `${graphUrl({ apps }, path)}?${new URLSearchParams({ ...query, ...signature })}`;
  return {
    get: (path: string, query: Record<string, string> = {}): HttpCall => ({
      method: 'GET',
      url: withQuery(path, query),
    }),
    post: (path: string, fields: Record<string, string>): HttpCall => ({
      method: 'POST',
      url: graphUrl({ apps }, path),
      body: new URLSearchParams({ ...fields, ...signature }),
    }),
    delete: (path: string): HttpCall => ({ method: 'DELETE', url: withQuery(path, {}) }),
  };
}
export type GraphApi = ReturnType<typeof graphApi>;

export function graphUrl({ apps }: Pick<AppTools, 'apps'>, path: string): string {
  const { api, version } = apps.api('facebook');
  return `${api}/${version}/${path}`;
}

/** Calls in the name of the page. */
export async function pageApi(tools: Pick<AppTools, 'apps'>, account: Pick<Account, 'secret'>): Promise<GraphApi> {
  const { clientSecret } = await appOf(tools.apps, 'facebook');
  return graphApi(tools, { accessToken: openSecret(account).pageToken, clientSecret });
}
