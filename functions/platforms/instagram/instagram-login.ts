import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { ConnectedAccount } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { type ConsentAnswer, consentUrl, exchanging, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { type InstagramSecret, instagramCalls, openSecret } from './api.ts';
import { instagramFacts } from './facts.ts';

const { scopes } = instagramFacts;

const Listed = z.object({ data: z.tuple([z.unknown()], z.unknown()) });

/** Answers are described as the one element of `data`, and seen without it. */
function unlisted(answer: unknown): unknown {
  const listed = Listed.safeParse(answer);
  return listed.success ? listed.data.data[0] : answer;
}

const Permissions = z.union([z.array(z.string()), z.string().transform((list) => list.split(',').filter(Boolean))]);
const ShortToken = z.preprocess(
  unlisted,
  z.object({ access_token: z.string().min(1), permissions: Permissions.optional() }),
);
export const LongToken = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** `user_id` is what Facebook Login calls the account, too; `id` is another one, of this app only. */
const Profile = z.preprocess(
  unlisted,
  z.object({
    user_id: z.string().min(1),
    username: z.string().min(1),
    profile_picture_url: WebUrl.optional().catch(undefined),
  }),
);

/** Instagram Login: code flow without PKCE, then the exchange of an hour's token for one of 60 days. One account. */
export function instagramLogin(tools: AppTools): OAuth {
  return {
    authorizationUrl: (app, { state }) =>
      consentUrl(`${app.server}/oauth/authorize`, {
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: scopes.join(','),
        state,
      }),

    async exchange(app, answer) {
      const short = await exchanging(() => demandGraph(tools, codeExchange(tools, app, answer), ShortToken));
      const query = {
        grant_type: 'ig_exchange_token',
        client_secret: app.clientSecret,
        access_token: short.access_token,
      };
      const long = await demandGraph(tools, tokenCall(tools, 'access_token', query), LongToken);
      return { secret: secretOf(long, tools.now()), scopes: short.permissions ?? scopes };
    },

    listAccounts: async (app, grant) => [await ownAccount(tools, app, grant)],
  };
}

function codeExchange({ apps }: AppTools, app: OAuthApp, { code }: ConsentAnswer) {
  const { login, api } = apps.api('instagram');
  const body = new URLSearchParams({
    client_id: app.clientId,
    client_secret: app.clientSecret,
    grant_type: 'authorization_code',
    redirect_uri: app.redirectUri,
    // The address that the user comes back to ends in `#_`, which is no part of the code.
    code: code.replace(/#_$/, ''),
  });
  return { method: 'POST', url: `${login ?? api}/oauth/access_token`, body } as const;
}

/** Tokens are exchanged and renewed outside the versions. */
export const tokenCall = ({ apps }: AppTools, path: string, query: Record<string, string>) =>
  ({ method: 'GET', url: `${apps.api('instagram').api}/${path}?${new URLSearchParams(query)}` }) as const;

export const secretOf = ({ access_token, expires_in }: z.infer<typeof LongToken>, now: Date) =>
  JSON.stringify({
    login: 'instagram',
    accessToken: access_token,
    expiresAt: addSeconds(now, expires_in).toISOString(),
  } satisfies InstagramSecret);

async function ownAccount(tools: AppTools, { server }: OAuthApp, grant: Grant): Promise<ConnectedAccount> {
  const api = instagramCalls(tools, openSecret(grant).accessToken);
  const fields = 'user_id,username,profile_picture_url';
  const { user_id, username, profile_picture_url } = await demandGraph(tools, api.get('me', { fields }), Profile);
  return {
    accountKey: user_id,
    accountId: user_id,
    accountName: `@${username}`,
    accountUrl: `${server}/${username}`,
    avatarUrl: profile_picture_url,
    server,
    scopes: grant.scopes,
    textLimits: instagramFacts.limits.text,
    secret: grant.secret,
  };
}
