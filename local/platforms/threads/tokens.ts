import { tokenExpired, tokenInvalid } from '../graph-refusals.ts';
import { newSecret, sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { SandboxRefusal } from '../sandbox-refusal.ts';
import type { Token } from './state.ts';
import { parametersOf, profileNamed, type ThreadsStore } from './store.ts';

const shortSeconds = 3600;
const longSeconds = 60 * 24 * 3600;
const refreshableAfterMs = 24 * 3600_000;

/** Code to an hour's token, that to one of 60 days, and that to another of 60 days. None of them is ended by the next. */
export function addTokens(app: SandboxApp, store: ThreadsStore) {
  app.post('/oauth/access_token', async (c) => {
    const given = await parametersOf(c);
    if (given.client_id !== sandboxApp.clientId || given.client_secret !== sandboxApp.clientSecret)
      throw oauthRefusal('Error validating client secret.');
    if (given.grant_type !== 'authorization_code') throw oauthRefusal('Invalid grant_type');
    const { grants } = store.state.current;
    const grant = takeGrant(grants, { code: given.code ?? '', redirectUri: given.redirect_uri }, store.now());
    if (!grant) throw oauthRefusal('Matching code was not found or was already used');
    const profileId = profileNamed(store, grant.username).id;
    const { token } = issue(store, { profileId, scopes: grant.scopes, seconds: shortSeconds });
    // A number, as on the real platform: it does not survive JavaScript.
    return c.body(`{"access_token": "${token}", "user_id": ${profileId}}`, 200, { 'Content-Type': 'application/json' });
  });

  app.get('/access_token', (c) => {
    const { grant_type, client_secret, access_token } = c.req.query();
    if (grant_type !== 'th_exchange_token') throw oauthRefusal('Invalid grant_type');
    if (client_secret !== sandboxApp.clientSecret) throw oauthRefusal('Error validating client secret.');
    const { profileId, scopes } = goodToken(store, access_token);
    return c.json(answer(issue(store, { profileId, scopes, seconds: longSeconds })));
  });

  app.get('/refresh_access_token', (c) => {
    const { grant_type, access_token } = c.req.query();
    if (grant_type !== 'th_refresh_token') throw oauthRefusal('Invalid grant_type');
    const { profileId, scopes, isLongLived, issuedAt } = goodToken(store, access_token);
    const age = store.now().getTime() - Date.parse(issuedAt);
    if (!isLongLived || age < refreshableAfterMs) throw oauthRefusal('The token can not be refreshed yet');
    return c.json(answer(issue(store, { profileId, scopes, seconds: longSeconds })));
  });
}

const oauthRefusal = (message: string) =>
  new SandboxRefusal(400, { error_type: 'OAuthException', code: 400, error_message: message });

function goodToken({ state, now }: ThreadsStore, given: string | undefined): Token {
  const token = state.current.tokens[given ?? ''];
  if (!token) throw tokenInvalid();
  if (token.expiresAt <= now().toISOString()) throw tokenExpired();
  return token;
}

type Issued = { profileId: string; scopes: string[]; seconds: number };

function issue({ state, now }: ThreadsStore, { profileId, scopes, seconds }: Issued): Token & { seconds: number } {
  const at = now();
  const token = {
    token: `TH${newSecret()}`,
    profileId,
    scopes,
    isLongLived: seconds === longSeconds,
    issuedAt: at.toISOString(),
    expiresAt: new Date(at.getTime() + seconds * 1000).toISOString(),
  };
  state.current.tokens[token.token] = token;
  state.changed();
  return { ...token, seconds };
}

const answer = ({ token, seconds }: Token & { seconds: number }) => ({
  access_token: token,
  token_type: 'bearer',
  expires_in: seconds,
});
