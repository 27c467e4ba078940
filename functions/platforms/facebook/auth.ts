import * as z from 'zod';
import type { ConnectedAccount } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph, listGraph } from '../meta-graph.ts';
import { type ConsentAnswer, consentUrl, exchanging, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { type GraphApi, graphApi, graphUrl, type PageSecret } from './api.ts';
import { facebookFacts } from './facts.ts';
import { Picture } from './identity.ts';

const { scopes } = facebookFacts;

/** Tasks of a user at a page that let our app post as the page. */
const postingTasks = ['CREATE_CONTENT', 'MANAGE'];

const Token = z.object({ access_token: z.string().min(1) });
const Permissions = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) });
const User = z.object({ id: z.string().min(1) });
const Page = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  access_token: z.string().min(1).optional(),
  tasks: z.array(z.string()).optional(),
  picture: Picture.optional().catch(undefined),
});
type Page = z.infer<typeof Page>;

/** What the grant of a consent holds until its pages are connected. */
const UserSecret = z.object({ userToken: z.string() });

/** A user sees this many pages at most: more would keep the caller waiting too long. */
const listCalls = 3;
const pagesPerCall = '100';

/** OAuth at Facebook: code flow without PKCE, an hour's user token made a long-lived one, and that opens the pages. */
export function facebookAuth(tools: AppTools): OAuth {
  return {
    authorizationUrl: (app, { state }) =>
      consentUrl(`${app.server}/${tools.apps.api('facebook').version}/dialog/oauth`, {
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: scopes.join(','),
        state,
      }),

    async exchange(app, answer) {
      const short = await exchanging(() => demandGraph(tools, codeExchange(tools, app, answer), Token));
      const long = await demandGraph(tools, tokenExchange(tools, app, short.access_token), Token);
      const { data } = await demandGraph(
        tools,
        userApi(tools, app, long.access_token).get('me/permissions'),
        Permissions,
      );
      const granted = data.filter(({ status }) => status === 'granted').map(({ permission }) => permission);
      return { secret: JSON.stringify({ userToken: long.access_token }), scopes: granted };
    },

    async listAccounts(app, grant) {
      const { userToken } = UserSecret.parse(JSON.parse(grant.secret));
      const api = userApi(tools, app, userToken);
      const [user, pages] = await Promise.all([
        demandGraph(tools, api.get('me', { fields: 'id' }), User),
        listPages(tools, api),
      ]);
      return pages.flatMap((page) => accountOf(page, user.id, { app, grant }) ?? []);
    },
  };
}

const userApi = (tools: AppTools, { clientSecret }: OAuthApp, accessToken: string) =>
  graphApi(tools, { accessToken, clientSecret });

const tokenCall = (tools: AppTools, query: Record<string, string>) =>
  ({ method: 'GET', url: `${graphUrl(tools, 'oauth/access_token')}?${new URLSearchParams(query)}` }) as const;

const codeExchange = (tools: AppTools, app: OAuthApp, { code }: ConsentAnswer) =>
  tokenCall(tools, {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: app.redirectUri,
    // The address that the user comes back to may end in `#_=_`, which is no part of the code.
    code: code.replace(/#_=_$/, ''),
  });

const tokenExchange = (tools: AppTools, app: OAuthApp, token: string) =>
  tokenCall(tools, {
    grant_type: 'fb_exchange_token',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    fb_exchange_token: token,
  });

async function listPages(tools: AppTools, api: GraphApi): Promise<Page[]> {
  const query = { fields: 'id,name,access_token,tasks,picture', limit: pagesPerCall };
  const call = (after = '') => api.get('me/accounts', { ...query, ...(after && { after }) });
  return (await listGraph(tools, Page, { call, maxCalls: listCalls })).items;
}

type Consent = { app: OAuthApp; grant: Grant };

/** Undefined for a page that the user may see but not post to. */
function accountOf(page: Page, userId: string, { app, grant }: Consent): ConnectedAccount | undefined {
  const { id, name, access_token, tasks = postingTasks, picture } = page;
  if (access_token === undefined || !tasks.some((task) => postingTasks.includes(task))) return undefined;
  return {
    accountKey: id,
    grantKey: userId,
    accountId: id,
    accountName: name,
    accountUrl: `${app.server}/${id}`,
    avatarUrl: picture?.data.url,
    server: app.server,
    scopes: grant.scopes,
    textLimits: facebookFacts.limits.text,
    secret: JSON.stringify({ pageToken: access_token, userId } satisfies PageSecret),
  };
}
