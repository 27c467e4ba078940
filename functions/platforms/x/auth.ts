import type { ConnectedAccount } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { challengeOf, consentUrl, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { openTokens, tokensOf } from '../token-session.ts';
import { demanded, tokenAnswer } from './api.ts';
import { longText, xFacts } from './facts.ts';
import { Me, meCall, shown } from './identity.ts';

const { scopes } = xFacts;

/** OAuth at X: code flow with PKCE, as a confidential client. */
export function xAuth(tools: AppTools): OAuth {
  return {
    authorizationUrl: (app, { state, verifier }) =>
      consentUrl(`${app.server}/i/oauth2/authorize`, {
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: scopes.join(' '),
        state,
        code_challenge: challengeOf(verifier),
        code_challenge_method: 'S256',
      }),

    async exchange(app, { code, verifier }) {
      const fields = { grant_type: 'authorization_code', code, redirect_uri: app.redirectUri, code_verifier: verifier };
      const tokens = tokensOf(await tokenAnswer(tools, app, fields), tools.now());
      return { secret: JSON.stringify(tokens), scopes: tokens.scopes ?? scopes };
    },

    listAccounts: async (app, grant) => [await ownAccount(tools, app, grant)],
  };
}

async function ownAccount(tools: AppTools, { server }: OAuthApp, grant: Grant): Promise<ConnectedAccount> {
  const authorization = `Bearer ${openTokens(grant).accessToken}`;
  const answer = await ask(tools.http, { ...meCall(tools), headers: { authorization } });
  const me = demanded(Me, answer, tools.now()).data;
  return {
    ...shown(server, me),
    accountKey: me.id,
    accountId: me.id,
    server,
    scopes: grant.scopes,
    textLimits: pays(me.subscription_type) ? longText : xFacts.limits.text,
    secret: grant.secret,
  };
}

const pays = (subscription = 'None') => ['Basic', 'Premium', 'PremiumPlus'].includes(subscription);
