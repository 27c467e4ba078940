import { newSecret, sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { authenticationFailed, invalid, refusal } from './refusals.ts';
import type { Token } from './state.ts';
import { type PinterestStore, userNamed, versionPath } from './store.ts';

const accessSeconds = 30 * 24 * 3600;
const refreshSeconds = 60 * 24 * 3600;

/** https://developers.pinterest.com/docs/api/v5/oauth-token: codes and refresh tokens to tokens, each of them once. */
export function addTokens(app: SandboxApp, store: PinterestStore) {
  const { current } = store.state;

  app.post(`${versionPath}/oauth/token`, async (c) => {
    checkApp(c.req.header('Authorization'));
    const form = await c.req.parseBody();
    const field = (name: string) => String(form[name] ?? '');
    if (field('grant_type') === 'refresh_token') return c.json(refreshed(store, field('refresh_token')));
    if (field('grant_type') !== 'authorization_code') throw invalid('Invalid grant_type');
    const exchange = { code: field('code'), redirectUri: field('redirect_uri') };
    const grant = takeGrant(current.grants, exchange, store.now());
    if (!grant) throw refusal(400, 283, 'The authorization code is invalid or has expired.');
    if (field('continuous_refresh') !== 'true') throw invalid('Only continuous refresh tokens are supported');
    const token = issue(store, { userId: userNamed(store, grant.username).id, scopes: grant.scopes });
    return c.json({ response_type: 'authorization_code', ...answer(token) });
  });

  app.post(`${versionPath}/oauth/token/revoke`, async (c) => {
    checkApp(c.req.header('Authorization'));
    const { token } = await c.req.parseBody();
    for (const known of Object.values(current.tokens))
      if (known.token === token || known.refreshToken === token) delete current.tokens[known.token];
    store.state.changed();
    return c.json({});
  });
}

function checkApp(authorization = ''): void {
  const { clientId, clientSecret } = sandboxApp;
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  if (authorization !== expected) throw authenticationFailed();
}

/** The access token before it lives on to its end; its refresh token is used up. */
function refreshed(store: PinterestStore, refreshToken: string) {
  const before = Object.values(store.state.current.tokens).find((token) => token.refreshToken === refreshToken);
  if (!before || before.isRenewed || before.refreshExpiresAt <= store.now().toISOString())
    throw refusal(401, 2, 'The refresh token is invalid or has expired.');
  before.isRenewed = true;
  return { response_type: 'everlasting_refresh', ...answer(issue(store, before)) };
}

function issue({ state, now }: PinterestStore, { userId, scopes }: Pick<Token, 'userId' | 'scopes'>): Token {
  const after = (seconds: number) => new Date(now().getTime() + seconds * 1000).toISOString();
  const token = {
    token: `pina_${newSecret()}`,
    refreshToken: `pinr.${newSecret()}`,
    userId,
    scopes,
    expiresAt: after(accessSeconds),
    refreshExpiresAt: after(refreshSeconds),
    isRenewed: false,
  };
  state.current.tokens[token.token] = token;
  state.changed();
  return token;
}

const answer = ({ token, refreshToken, scopes }: Token) => ({
  access_token: token,
  token_type: 'bearer',
  expires_in: accessSeconds,
  scope: scopes.join(' '),
  refresh_token: refreshToken,
  refresh_token_expires_in: refreshSeconds,
});
