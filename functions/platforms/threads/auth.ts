import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { ConnectedAccount } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { type ConsentAnswer, consentUrl, exchanging, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { openSecret, type ThreadsSecret } from './api.ts';
import { threadsFacts } from './facts.ts';
import { readProfile } from './identity.ts';

const { scopes } = threadsFacts;

const ShortToken = z.object({ access_token: z.string().min(1) });
export const LongToken = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** OAuth at Threads: code flow without PKCE, then the exchange of an hour's token for one of 60 days. */
export function threadsAuth(tools: AppTools): OAuth {
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
        grant_type: 'th_exchange_token',
        client_secret: app.clientSecret,
        access_token: short.access_token,
      };
      const long = await demandGraph(tools, tokenCall(tools, 'access_token', query), LongToken);
      return { secret: secretOf(long, tools.now()), scopes };
    },

    listAccounts: async (app, grant) => [await ownProfile(tools, app, grant)],
  };
}

function codeExchange({ apps }: AppTools, app: OAuthApp, { code }: ConsentAnswer) {
  const body = new URLSearchParams({
    client_id: app.clientId,
    client_secret: app.clientSecret,
    grant_type: 'authorization_code',
    redirect_uri: app.redirectUri,
    // The address that the user comes back to ends in `#_`, which is no part of the code.
    code: code.replace(/#_$/, ''),
  });
  return { method: 'POST', url: `${apps.api('threads').api}/oauth/access_token`, body } as const;
}

/** Tokens are exchanged and renewed outside the versions. */
export function tokenCall({ apps }: AppTools, path: string, query: Record<string, string>) {
  return { method: 'GET', url: `${apps.api('threads').api}/${path}?${new URLSearchParams(query)}` } as const;
}

export const secretOf = ({ access_token, expires_in }: z.infer<typeof LongToken>, now: Date) =>
  JSON.stringify({
    accessToken: access_token,
    expiresAt: addSeconds(now, expires_in).toISOString(),
  } satisfies ThreadsSecret);

async function ownProfile(tools: AppTools, { server }: OAuthApp, grant: Grant): Promise<ConnectedAccount> {
  const { id, ...identity } = await readProfile(tools, openSecret(grant).accessToken);
  return {
    ...identity,
    accountKey: id,
    accountId: id,
    server,
    scopes: grant.scopes,
    textLimits: threadsFacts.limits.text,
    secret: grant.secret,
  };
}
