import { newSecret, sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { SandboxRefusal } from '../sandbox-refusal.ts';
import { accountNamed, goodToken, type InstagramStore, issueToken, parametersOf } from './store.ts';

const shortSeconds = 3600;
const longSeconds = 60 * 24 * 3600;
const refreshableAfterMs = 24 * 3600_000;

/** Instagram Login: code to an hour's token, that to one of 60 days, and that to another of 60 days. */
export function addInstagramTokens(app: SandboxApp, store: InstagramStore) {
  app.post('/oauth/access_token', async (c) => {
    const given = await parametersOf(c);
    if (given.client_id !== sandboxApp.clientId || given.client_secret !== sandboxApp.clientSecret)
      throw oauthRefusal('Error validating client secret.');
    if (given.grant_type !== 'authorization_code') throw oauthRefusal('Invalid grant_type');
    const { grants } = store.state.current;
    const grant = takeGrant(grants, { code: given.code ?? '', redirectUri: given.redirect_uri }, store.now());
    if (!grant) throw oauthRefusal('Matching code was not found or was already used');
    const accountId = accountNamed(store, grant.username).id;
    const { token } = issue(store, { accountId, scopes: grant.scopes, isLongLived: false });
    const one = { access_token: token, user_id: newSecret().slice(0, 8), permissions: grant.scopes.join(',') };
    return c.json({ data: [one] });
  });

  app.get('/access_token', (c) => {
    const { grant_type, client_secret, access_token } = c.req.query();
    if (grant_type !== 'ig_exchange_token') throw oauthRefusal('Invalid grant_type');
    if (client_secret !== sandboxApp.clientSecret) throw oauthRefusal('Error validating client secret.');
    const { accountId, scopes } = goodToken(store, access_token);
    return c.json(answer(issue(store, { accountId, scopes, isLongLived: true }).token));
  });

  app.get('/refresh_access_token', (c) => {
    const { grant_type, access_token } = c.req.query();
    if (grant_type !== 'ig_refresh_token') throw oauthRefusal('Invalid grant_type');
    const { accountId, scopes, isLongLived, issuedAt } = goodToken(store, access_token);
    const age = store.now().getTime() - Date.parse(issuedAt);
    if (!isLongLived || age < refreshableAfterMs) throw oauthRefusal('The token can not be refreshed yet');
    return c.json(answer(issue(store, { accountId, scopes, isLongLived: true }).token));
  });
}

const oauthRefusal = (message: string) =>
  new SandboxRefusal(400, { error_type: 'OAuthException', code: 400, error_message: message });

type Issued = { accountId: string | null; scopes: string[]; isLongLived: boolean };

const issue = (store: InstagramStore, issued: Issued) =>
  issueToken(store, {
    ...issued,
    kind: 'instagram',
    userId: null,
    seconds: issued.isLongLived ? longSeconds : shortSeconds,
  });

const answer = (token: string) => ({ access_token: token, token_type: 'bearer', expires_in: longSeconds });
