import { type ConnectedAccount, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { challengeOf, consentUrl, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { openTokens, tokensOf } from '../token-session.ts';
import { askForTokens } from './api.ts';
import { ownChannels, shownChannel } from './channels.ts';
import { youtubeFacts } from './facts.ts';

const { scopes } = youtubeFacts;
/** Without comments, an account is still good for its videos. */
const needed = scopes.filter((scope) => !scope.endsWith('/youtube.force-ssl'));

/** OAuth at Google. A refresh token comes only with offline access, and the second time only after another consent. */
export function youtubeAuth(tools: AppTools): OAuth {
  return {
    authorizationUrl: ({ clientId, redirectUri, server }, { state, verifier }) =>
      consentUrl(`${tools.apps.api('youtube').consent ?? server}/o/oauth2/v2/auth`, {
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state,
        access_type: 'offline',
        prompt: 'select_account consent',
        code_challenge: challengeOf(verifier),
        code_challenge_method: 'S256',
      }),

    async exchange({ clientId, clientSecret, redirectUri }, { code, verifier }) {
      const fields = {
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      const tokens = tokensOf(await askForTokens(tools, fields), tools.now());
      const granted = tokens.scopes ?? scopes;
      if (!needed.every((scope) => granted.includes(scope))) throw new PlatformRefused(notAllGranted);
      return { secret: JSON.stringify(tokens), scopes: granted };
    },

    listAccounts: (app, grant) => listChannels(tools, app, grant),
  };
}

/** Users may untick single scopes on the consent page. */
const notAllGranted = {
  kind: 'reconnect',
  platformCode: 'insufficientPermissions',
  message: 'Not all that ClientNest needs was agreed to: tick every box on the page of Google.',
} as const;

async function listChannels(tools: AppTools, { server }: OAuthApp, grant: Grant): Promise<ConnectedAccount[]> {
  const headers = { authorization: `Bearer ${openTokens(grant).accessToken}` };
  const channels = await ownChannels(tools, (call) => tools.http({ ...call, headers }));
  // Google does not say whose the channels are.
  const grantKey = channels.map(({ id }) => id).toSorted()[0];
  return channels.map((channel) => ({
    accountKey: channel.id,
    ...(grantKey !== undefined && { grantKey }),
    accountId: channel.id,
    ...shownChannel(tools, channel),
    server,
    scopes: grant.scopes,
    textLimits: youtubeFacts.limits.text,
    secret: grant.secret,
  }));
}
