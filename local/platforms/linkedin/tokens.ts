import { newSecret, sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import { avatarUrl } from '../sandbox-pages.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { oauthRefusal } from './refusals.ts';
import type { Token } from './state.ts';
import { callerOf, type LinkedinStore, memberNamed } from './store.ts';

const accessSeconds = 60 * 24 * 3600;
const refreshSeconds = 365 * 24 * 3600;

/** The unversioned part: tokens, and who the member is. */
export function addTokens(app: SandboxApp, store: LinkedinStore) {
  const { current } = store.state;

  app.post('/oauth/v2/accessToken', async (c) => {
    const given = fieldsOf(await c.req.parseBody());
    checkClient(given);
    if (given.grant_type === 'refresh_token') return c.json(refreshed(store, given.refresh_token ?? ''));
    if (given.grant_type !== 'authorization_code')
      throw oauthRefusal(400, 'unsupported_grant_type', 'Unsupported grant_type');
    const exchange = { code: given.code ?? '', redirectUri: given.redirect_uri };
    const grant = takeGrant(current.grants, exchange, store.now());
    if (!grant)
      throw oauthRefusal(
        400,
        'invalid_request',
        'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired.',
      );
    const owner = { memberId: memberNamed(store, grant.username).id, scopes: grant.scopes };
    return c.json(answer(store, owner, store.refreshTokens ? issue(store, 'refresh', owner) : undefined));
  });

  app.post('/oauth/v2/revoke', async (c) => {
    const given = fieldsOf(await c.req.parseBody());
    checkClient(given);
    const token = current.tokens[given.token ?? ''];
    if (token) token.isRevoked = true;
    store.state.changed();
    return c.body(null, 200);
  });

  app.get('/v2/userinfo', (c) => {
    const { member } = callerOf(c, store, ['openid', 'profile']);
    return c.json({
      sub: member.id,
      name: member.username,
      given_name: member.username,
      picture: avatarUrl(store.url),
      locale: 'en-US',
    });
  });
}

function fieldsOf(body: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(body).filter((field): field is [string, string] => typeof field[1] === 'string');
  return Object.fromEntries(texts);
}

function checkClient({ client_id, client_secret }: Record<string, string>): void {
  if (client_id !== sandboxApp.clientId || client_secret !== sandboxApp.clientSecret)
    throw oauthRefusal(401, 'invalid_client', 'Client authentication failed');
}

/** The refresh token stays the same, and keeps its end. */
function refreshed(store: LinkedinStore, given: string) {
  const refresh = store.state.current.tokens[given];
  if (refresh?.kind !== 'refresh' || refresh.isRevoked || refresh.expiresAt <= store.now().toISOString())
    throw oauthRefusal(400, 'invalid_grant', 'The provided refresh token is invalid, expired or revoked');
  return answer(store, refresh, refresh);
}

type Owner = Pick<Token, 'memberId' | 'scopes'>;

function answer(store: LinkedinStore, owner: Owner, refresh: Token | undefined) {
  const left = refresh && Math.floor((Date.parse(refresh.expiresAt) - store.now().getTime()) / 1000);
  return {
    access_token: issue(store, 'access', owner).token,
    expires_in: accessSeconds,
    ...(refresh && { refresh_token: refresh.token, refresh_token_expires_in: left }),
    scope: owner.scopes.join(','),
    token_type: 'Bearer',
  };
}

function issue({ state, now }: LinkedinStore, kind: Token['kind'], { memberId, scopes }: Owner): Token {
  const seconds = kind === 'access' ? accessSeconds : refreshSeconds;
  const expiresAt = new Date(now().getTime() + seconds * 1000).toISOString();
  const token = { token: `AQ${newSecret()}`, kind, memberId, scopes, expiresAt, isRevoked: false };
  state.current.tokens[token.token] = token;
  state.changed();
  return token;
}
