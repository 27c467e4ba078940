import * as z from 'zod';
import type { ConnectedAccount } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { demandGraph, listGraph } from '../meta-graph.ts';
import { type ConsentAnswer, consentUrl, exchanging, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { facebookCalls, facebookHosts, type GraphCalls, type InstagramSecret } from './api.ts';
import { instagramFacts } from './facts.ts';
import { instagramPermissions } from './needed-scopes.ts';

/** See the pages, those of businesses too, and the accounts that are linked to them. */
const scopes = [...instagramPermissions, 'pages_show_list', 'pages_read_engagement', 'business_management'];

/** Tasks of a user at a page that let our app post to the account that is linked to it. */
const postingTasks = ['CREATE_CONTENT', 'MANAGE'];

const Token = z.object({ access_token: z.string().min(1) });
const Granted = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) });
const User = z.object({ id: z.string().min(1) });
const Page = z.object({
  access_token: z.string().min(1).optional(),
  tasks: z.array(z.string()).optional(),
  instagram_business_account: z
    .object({
      id: z.string().min(1),
      username: z.string().min(1),
      profile_picture_url: WebUrl.optional().catch(undefined),
    })
    .optional(),
});
type Page = z.infer<typeof Page>;

/** What the grant of a consent holds until its accounts are connected. */
const UserSecret = z.object({ userToken: z.string() });

/** A user sees this many pages at most: more would keep the caller waiting too long. */
const listCalls = 3;
const pagesPerCall = '100';

/** Facebook Login: code flow without PKCE, an hour's user token made a long-lived one, and that opens pages and accounts. */
export function facebookLogin(tools: AppTools): OAuth {
  return {
    authorizationUrl: (app, { state }) => {
      const { web, version } = facebookHosts(tools);
      return consentUrl(`${web}/${version}/dialog/oauth`, {
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: scopes.join(','),
        state,
      });
    },

    async exchange(app, answer) {
      const short = await exchanging(() => demandGraph(tools, codeExchange(tools, app, answer), Token));
      const long = await demandGraph(tools, longExchange(tools, app, short.access_token), Token);
      const api = facebookCalls(tools, long.access_token, app.clientSecret);
      const { data } = await demandGraph(tools, api.get('me/permissions'), Granted);
      const granted = data.filter(({ status }) => status === 'granted').map(({ permission }) => permission);
      return { secret: JSON.stringify({ userToken: long.access_token }), scopes: granted };
    },

    async listAccounts(app, grant) {
      const { userToken } = UserSecret.parse(JSON.parse(grant.secret));
      const api = facebookCalls(tools, userToken, app.clientSecret);
      const [user, pages] = await Promise.all([
        demandGraph(tools, api.get('me', { fields: 'id' }), User),
        listPages(tools, api),
      ]);
      return pages.flatMap((page) => accountOf(page, user.id, { app, grant }) ?? []);
    },
  };
}

const tokenCall = (tools: AppTools, query: Record<string, string>) => {
  const { api, version } = facebookHosts(tools);
  return { method: 'GET', url: `${api}/${version}/oauth/access_token?${new URLSearchParams(query)}` } as const;
};

const codeExchange = (tools: AppTools, app: OAuthApp, { code }: ConsentAnswer) =>
  tokenCall(tools, {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: app.redirectUri,
    // The address that the user comes back to may end in `#_=_`, which is no part of the code.
    code: code.replace(/#_=_$/, ''),
  });

const longExchange = (tools: AppTools, app: OAuthApp, token: string) =>
  tokenCall(tools, {
    grant_type: 'fb_exchange_token',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    fb_exchange_token: token,
  });

async function listPages(tools: AppTools, api: GraphCalls): Promise<Page[]> {
  const fields = 'access_token,tasks,instagram_business_account{id,username,profile_picture_url}';
  const call = (after = '') => api.get('me/accounts', { fields, limit: pagesPerCall, ...(after && { after }) });
  return (await listGraph(tools, Page, { call, maxCalls: listCalls })).items;
}

type Consent = { app: OAuthApp; grant: Grant };

/** Undefined for a page without an account, and for one that the user may see only. */
function accountOf(page: Page, userId: string, { app, grant }: Consent): ConnectedAccount | undefined {
  const { access_token: accessToken, tasks = postingTasks, instagram_business_account: account } = page;
  const mayPost = tasks.some((task) => postingTasks.includes(task));
  if (accessToken === undefined || account === undefined || !mayPost) return undefined;
  const { id, username, profile_picture_url } = account;
  return {
    accountKey: id,
    grantKey: userId,
    grantPlatform: 'facebook',
    accountId: id,
    accountName: `@${username}`,
    accountUrl: `${app.server}/${username}`,
    avatarUrl: profile_picture_url,
    server: app.server,
    scopes: grant.scopes,
    textLimits: instagramFacts.limits.text,
    secret: JSON.stringify({ login: 'facebook', accessToken, userId } satisfies InstagramSecret),
  };
}
