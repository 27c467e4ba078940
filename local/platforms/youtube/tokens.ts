import type { Context } from 'hono';
import { newSecret, sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { oauthRefusal } from './refusals.ts';
import type { Token } from './state.ts';
import { channelOf, type YoutubeStore } from './store.ts';

const accessSeconds = 3599;

/** https://developers.google.com/identity/protocols/oauth2/web-server: a refresh token stays the same for good. */
export function addTokens(app: SandboxApp, store: YoutubeStore) {
  const { current, changed } = store.state;

  app.post('/token', async (c) => {
    const given = await fieldsOf(c);
    if (given.client_id !== sandboxApp.clientId || given.client_secret !== sandboxApp.clientSecret)
      throw oauthRefusal(401, 'invalid_client', 'The OAuth client was not found.');
    if (given.grant_type === 'refresh_token') return c.json(refreshed(store, given.refresh_token ?? ''));
    if (given.grant_type !== 'authorization_code') throw oauthRefusal(400, 'unsupported_grant_type', 'Invalid');
    const exchange = { code: given.code ?? '', redirectUri: given.redirect_uri, verifier: given.code_verifier };
    const grant = takeGrant(current.grants, exchange, store.now());
    if (!grant) throw oauthRefusal(400, 'invalid_grant', 'Bad Request');
    const owner = { channelId: channelOf(store, grant.username).id, scopes: grant.scopes };
    const refresh_token = keep(store, { ...owner, kind: 'refresh', expiresAt: null });
    return c.json({ ...accessTo(store, owner), refresh_token });
  });

  app.post('/revoke', async (c) => {
    const { token = '' } = await fieldsOf(c);
    const known = current.tokens[token];
    if (!known) throw oauthRefusal(400, 'invalid_token', 'Token expired or revoked');
    // All that the user has agreed to for the app ends.
    for (const [name, { channelId }] of Object.entries(current.tokens))
      if (channelId === known.channelId) delete current.tokens[name];
    changed();
    return c.json({});
  });
}

async function fieldsOf(c: Context): Promise<Record<string, string>> {
  const body = Object.entries(await c.req.parseBody());
  return Object.fromEntries(body.filter((field): field is [string, string] => typeof field[1] === 'string'));
}

function refreshed(store: YoutubeStore, given: string) {
  const refresh = store.state.current.tokens[given];
  if (refresh?.kind !== 'refresh') throw oauthRefusal(400, 'invalid_grant', 'Token has been expired or revoked.');
  return accessTo(store, refresh);
}

type Owner = Pick<Token, 'channelId' | 'scopes'>;

function accessTo(store: YoutubeStore, { channelId, scopes }: Owner) {
  const expiresAt = new Date(store.now().getTime() + accessSeconds * 1000).toISOString();
  const access_token = keep(store, { channelId, scopes, kind: 'access', expiresAt });
  return { access_token, expires_in: accessSeconds, scope: scopes.join(' '), token_type: 'Bearer' };
}

function keep({ state }: YoutubeStore, token: Omit<Token, 'token'>): string {
  const secret = newSecret();
  state.current.tokens[secret] = { ...token, token: secret };
  state.changed();
  return secret;
}
