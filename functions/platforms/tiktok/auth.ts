import { type ConnectedAccount, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { consentUrl, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { openTokens, tokensOf } from '../token-session.ts';
import { askForTokens } from './api.ts';
import { tiktokFacts } from './facts.ts';
import { readUser, shownUser } from './identity.ts';

const { scopes } = tiktokFacts;

/** Without these, there is nothing that we could do. */
const indispensable = ['user.info.basic', 'video.publish'];

/** OAuth at TikTok: code flow of a web app, whose secret stands for the challenge that apps on devices send. */
export function tiktokAuth(tools: AppTools): OAuth {
  return {
    authorizationUrl: ({ server, clientId, redirectUri }, { state }) =>
      consentUrl(`${server}/v2/auth/authorize/`, {
        client_key: clientId,
        scope: scopes.join(','),
        redirect_uri: redirectUri,
        state,
        // Else who has agreed before is not asked, and can't choose another account.
        disable_auto_auth: '1',
      }),

    async exchange({ clientId, clientSecret, redirectUri }, { code }) {
      const fields = {
        client_key: clientId,
        client_secret: clientSecret,
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
      };
      const tokens = tokensOf(await askForTokens(tools, fields), tools.now());
      const granted = tokens.scopes ?? scopes;
      if (!indispensable.every((scope) => granted.includes(scope))) throw new PlatformRefused(notAllGranted);
      return { secret: JSON.stringify({ ...tokens, scopes: granted }), scopes: granted };
    },

    listAccounts: async (app, grant) => [await creator(tools, app, grant)],
  };
}

/** Users may switch off single scopes on the consent page. */
const notAllGranted = {
  kind: 'reconnect',
  platformCode: 'scope_not_authorized',
  message: 'Posting was not agreed to: leave it switched on on the page of TikTok.',
} as const;

async function creator(tools: AppTools, { server }: OAuthApp, grant: Grant): Promise<ConnectedAccount> {
  const headers = { authorization: `Bearer ${openTokens(grant).accessToken}` };
  const user = await readUser(tools, (call) => tools.http({ ...call, headers }), grant.scopes);
  return {
    accountKey: user.open_id,
    accountId: user.open_id,
    ...shownUser(tools, user),
    server,
    scopes: grant.scopes,
    textLimits: tiktokFacts.limits.text,
    secret: grant.secret,
  };
}
