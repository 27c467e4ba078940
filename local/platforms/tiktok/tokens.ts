import type { Context } from 'hono';
import { newSecret, sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { oauthRefusal } from './refusals.ts';
import type { Token } from './state.ts';
import { creatorNamed, type TiktokStore } from './store.ts';

/** https://developers.tiktok.com/docs/en/oauth-refresh-a-user-access-token: the one before ends with each new one. */
const lifeSeconds = { access: 2 * 3600, refresh: 180 * 24 * 3600 };

export function addTokens(app: SandboxApp, store: TiktokStore) {
  const { current, changed } = store.state;

  app.post('/v2/oauth/token/', async (c) => {
    const given = await clientFields(c);
    if (given.grant_type === 'refresh_token') return c.json(refreshed(store, given.refresh_token ?? ''));
    if (given.grant_type !== 'authorization_code') throw oauthRefusal('unsupported_grant_type', 'Unknown grant type.');
    const exchange = { code: given.code ?? '', redirectUri: given.redirect_uri };
    const grant = takeGrant(current.grants, exchange, store.now());
    if (!grant) throw oauthRefusal('invalid_grant', 'Authorization code is expired.');
    return c.json(issue(store, { openId: creatorNamed(store, grant.username).openId, scopes: grant.scopes }));
  });

  app.post('/v2/oauth/revoke/', async (c) => {
    const { token = '' } = await clientFields(c);
    const known = current.tokens[token];
    if (!known) throw oauthRefusal('invalid_request', 'The token is invalid.');
    for (const [name, { openId }] of Object.entries(current.tokens))
      if (openId === known.openId) delete current.tokens[name];
    changed();
    return c.json({});
  });
}

async function clientFields(c: Context): Promise<Record<string, string>> {
  const body = Object.entries(await c.req.parseBody());
  const fields = Object.fromEntries(body.filter((field): field is [string, string] => typeof field[1] === 'string'));
  if (fields.client_key !== sandboxApp.clientId || fields.client_secret !== sandboxApp.clientSecret)
    throw oauthRefusal('invalid_client', 'Client key or secret is incorrect.');
  return fields;
}

function refreshed(store: TiktokStore, given: string) {
  const { tokens } = store.state.current;
  const refresh = tokens[given];
  if (refresh?.kind !== 'refresh' || refresh.expiresAt <= store.now().toISOString())
    throw oauthRefusal('invalid_grant', 'Refresh token is invalid or expired.');
  delete tokens[given];
  return issue(store, refresh);
}

function issue(store: TiktokStore, { openId, scopes }: Pick<Token, 'openId' | 'scopes'>) {
  const keep = (kind: Token['kind']) => {
    const token = `${kind === 'access' ? 'act' : 'rft'}.${newSecret()}`;
    const expiresAt = new Date(store.now().getTime() + lifeSeconds[kind] * 1000).toISOString();
    store.state.current.tokens[token] = { token, kind, openId, scopes, expiresAt };
    return token;
  };
  const tokens = { access_token: keep('access'), refresh_token: keep('refresh') };
  store.state.changed();
  return {
    ...tokens,
    open_id: openId,
    scope: scopes.join(','),
    expires_in: lifeSeconds.access,
    refresh_expires_in: lifeSeconds.refresh,
    token_type: 'Bearer',
  };
}
