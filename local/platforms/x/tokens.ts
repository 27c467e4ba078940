import type { Context } from 'hono';
import { newSecret, sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { oauthRefusal } from './refusals.ts';
import type { Token } from './state.ts';
import { userNamed, type XStore } from './store.ts';

const accessSeconds = 7200;

/** Tokens of two hours; a refresh token works once and gives the next. */
export function addTokens(app: SandboxApp, store: XStore) {
  const { current, changed } = store.state;

  app.post('/2/oauth2/token', async (c) => {
    checkClient(c);
    const given = await fieldsOf(c);
    if (given.grant_type === 'refresh_token') return c.json(refreshed(store, given.refresh_token ?? ''));
    if (given.grant_type !== 'authorization_code') throw oauthRefusal(400, 'unsupported_grant_type', 'Unknown');
    const exchange = { code: given.code ?? '', redirectUri: given.redirect_uri, verifier: given.code_verifier };
    const grant = takeGrant(current.grants, exchange, store.now());
    if (!grant) throw oauthRefusal(400, 'invalid_request', 'Value passed for the authorization code was invalid.');
    return c.json(issue(store, { userId: userNamed(store, grant.username).id, scopes: grant.scopes }));
  });

  app.post('/2/oauth2/revoke', async (c) => {
    checkClient(c);
    const { token = '' } = await fieldsOf(c);
    delete current.tokens[token];
    changed();
    return c.json({ revoked: true });
  });
}

async function fieldsOf(c: Context): Promise<Record<string, string>> {
  const body = Object.entries(await c.req.parseBody());
  return Object.fromEntries(body.filter((field): field is [string, string] => typeof field[1] === 'string'));
}

/** A confidential client names itself by Basic authentication. */
function checkClient(c: Context): void {
  const expected = Buffer.from(`${sandboxApp.clientId}:${sandboxApp.clientSecret}`).toString('base64');
  if (c.req.header('Authorization') !== `Basic ${expected}`)
    throw oauthRefusal(401, 'unauthorized_client', 'Missing valid authorization header');
}

function refreshed(store: XStore, given: string) {
  const { tokens } = store.state.current;
  const refresh = tokens[given];
  if (refresh?.kind !== 'refresh')
    throw oauthRefusal(400, 'invalid_request', 'Value passed for the token was invalid.');
  delete tokens[given];
  return issue(store, refresh);
}

function issue(store: XStore, { userId, scopes }: Pick<Token, 'userId' | 'scopes'>) {
  const expiresAt = new Date(store.now().getTime() + accessSeconds * 1000).toISOString();
  const keep = (kind: Token['kind'], until: string | null) => {
    const token = newSecret();
    store.state.current.tokens[token] = { token, kind, userId, scopes, expiresAt: until };
    return token;
  };
  const access_token = keep('access', expiresAt);
  const refresh = scopes.includes('offline.access') ? { refresh_token: keep('refresh', null) } : {};
  store.state.changed();
  return { token_type: 'bearer', expires_in: accessSeconds, access_token, scope: scopes.join(' '), ...refresh };
}
