import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { IssuedToken, mastodonSandbox, redirectUri } from './mastodon-client.ts';

const outOfBand = 'urn:ietf:wg:oauth:2.0:oob';

describe('POST /api/v1/apps', () => {
  test('registers an app with several redirect addresses', async () => {
    const { call } = await mastodonSandbox();
    const redirect_uris = [redirectUri, outOfBand];
    const answer = await call('POST /api/v1/apps', {
      json: { client_name: 'Nest', redirect_uris, scopes: 'read write' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { name: 'Nest', redirect_uris, scopes: ['read', 'write'], client_secret_expires_at: 0 },
    });
  });

  test('takes a form as well as JSON', async () => {
    const { call } = await mastodonSandbox();
    const form = new URLSearchParams({ client_name: 'Nest', redirect_uris: redirectUri });
    expect(await call('POST /api/v1/apps', { form })).toMatchObject({ status: 200, body: { scopes: ['read'] } });
  });

  test.each([
    ['no redirect address', { client_name: 'Nest' }],
    ['a relative redirect address', { client_name: 'Nest', redirect_uris: 'callback' }],
    ['an unknown scope', { client_name: 'Nest', redirect_uris: redirectUri, scopes: 'admin:all' }],
  ])('refuses %s', async (_, json) => {
    const { call } = await mastodonSandbox();
    expect(await call('POST /api/v1/apps', { json })).toMatchObject({ status: 422 });
  });
});

describe('the authorization code flow', () => {
  test('gives a token for the chosen account and echoes the state', async () => {
    const { registerApp, authorize, exchange, call } = await mastodonSandbox();
    const app = await registerApp();
    const { searchParams, origin } = await authorize({ client_id: app.client_id, state: 'a b&c', account: 'carol' });
    expect([origin, searchParams.get('state')]).toEqual(['http://127.0.0.1:9', 'a b&c']);
    const issued = await exchange({ ...app, code: searchParams.get('code') ?? '' });
    expect(issued).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'read write' } });
    const token = IssuedToken.parse(issued.body).access_token;
    expect(await call('GET /api/v1/accounts/verify_credentials', { token })).toMatchObject({
      status: 200,
      body: { username: 'carol', source: { privacy: 'public' } },
    });
  });

  test('refuses a code that was used', async () => {
    const { registerApp, authorize, exchange } = await mastodonSandbox();
    const app = await registerApp();
    const code = (await authorize({ client_id: app.client_id })).searchParams.get('code') ?? '';
    expect((await exchange({ ...app, code })).status).toBe(200);
    expect(await exchange({ ...app, code })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('refuses a code after ten minutes, for another app and for another redirect address', async () => {
    let now = new Date('2030-01-01T00:00:00Z');
    const { registerApp, authorize, exchange } = await mastodonSandbox({ now: () => now });
    const app = await registerApp();
    const code = (await authorize({ client_id: app.client_id })).searchParams.get('code') ?? '';
    const refused = { status: 400, body: { error: 'invalid_grant' } };
    expect(await exchange({ ...(await registerApp()), code })).toMatchObject(refused);
    expect(await exchange({ ...app, code, redirect_uri: outOfBand })).toMatchObject(refused);
    now = new Date('2030-01-01T00:10:00Z');
    expect(await exchange({ ...app, code })).toMatchObject(refused);
  });

  test('holds a client to the challenge it gave', async () => {
    const { registerApp, authorize, exchange } = await mastodonSandbox();
    const app = await registerApp();
    const verifier = 'v'.repeat(64);
    const challenge = {
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    const code = (await authorize({ client_id: app.client_id, ...challenge })).searchParams.get('code') ?? '';
    const refused = { status: 400, body: { error: 'invalid_grant' } };
    expect(await exchange({ ...app, code })).toMatchObject(refused);
    expect(await exchange({ ...app, code, code_verifier: 'w'.repeat(64) })).toMatchObject(refused);
    expect(await exchange({ ...app, code, code_verifier: verifier })).toMatchObject({ status: 200 });
  });

  test.each([
    ['a plain challenge', { code_challenge: 'x', code_challenge_method: 'plain' }, 'invalid_code_challenge_method'],
    ['a scope the app has not registered', { scope: 'push' }, 'invalid_scope'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ])('tells the app of %s', async (_, query, error) => {
    const { registerApp, authorize } = await mastodonSandbox();
    const { client_id } = await registerApp();
    const { searchParams } = await authorize({ client_id, state: 's', ...query });
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual([error, 's']);
  });

  test('shows an error, and redirects nowhere, for an unknown app or redirect address', async () => {
    const { registerApp, call } = await mastodonSandbox();
    const { client_id } = await registerApp();
    const asked = { response_type: 'code', redirect_uri: 'http://evil.example/', auto: '1' };
    expect(await call(`GET /oauth/authorize?${new URLSearchParams({ ...asked, client_id })}`)).toMatchObject({
      status: 400,
    });
    expect(await call(`GET /oauth/authorize?${new URLSearchParams(asked)}`)).toMatchObject({ status: 401 });
  });

  test('shows the code to people whose app has no address', async () => {
    const { registerApp, authorize, call, exchange } = await mastodonSandbox();
    const app = await registerApp('read write', outOfBand);
    const { pathname, search, searchParams } = await authorize({ client_id: app.client_id, redirect_uri: outOfBand });
    const code = searchParams.get('code') ?? '';
    expect((await call(`GET ${pathname}${search}`)).body).toContain(`<code id="code">${code}</code>`);
    expect(await exchange({ ...app, code, redirect_uri: outOfBand })).toMatchObject({ status: 200 });
  });
});

describe('the consent page', () => {
  const decide = async (decision: string, account: string) => {
    const { registerApp, call } = await mastodonSandbox();
    const { client_id } = await registerApp();
    const asked = { client_id, redirect_uri: redirectUri, response_type: 'code', scope: 'read', state: 's"><b>' };
    const page = await call(`GET /oauth/authorize?${new URLSearchParams(asked)}`);
    const form = new URLSearchParams({ ...asked, account, decision });
    return { page, answer: await call('POST /oauth/authorize', { form }) };
  };

  test('names the app, its scopes and both buttons, with what came in escaped', async () => {
    const { page } = await decide('authorize', 'alice');
    expect(page.status).toBe(200);
    expect(page.body).toMatch(/Test app[\s\S]*<code>read<\/code>[\s\S]*value="authorize"[\s\S]*value="deny"/);
    expect(page.body).toContain('value="s&quot;&gt;&lt;b&gt;"');
  });

  test('sends a code for the account that was typed in', async () => {
    const { answer } = await decide('authorize', 'dora');
    const address = new URL(answer.headers.get('Location') ?? '');
    expect([answer.status, address.searchParams.get('state')]).toEqual([302, 's"><b>']);
    expect(address.searchParams.get('code')).toMatch(/^[\w-]{20,}$/);
  });

  test('sends access_denied when denied, and asks again for a name that cannot be', async () => {
    const denied = await decide('deny', 'alice');
    expect(new URL(denied.answer.headers.get('Location') ?? '').searchParams.get('error')).toBe('access_denied');
    expect((await decide('authorize', 'no such name!')).answer.status).toBe(200);
  });
});

describe('POST /oauth/token', () => {
  test('gives an app its own token, which is no signed-in user', async () => {
    const { registerApp, exchange, call } = await mastodonSandbox();
    const issued = await exchange({ ...(await registerApp()), grant_type: 'client_credentials', scope: 'read' });
    expect(issued).toMatchObject({ status: 200, body: { scope: 'read' } });
    const token = IssuedToken.parse(issued.body).access_token;
    expect(await call('GET /api/v1/accounts/verify_credentials', { token })).toMatchObject({ status: 422 });
  });

  test('takes client credentials by HTTP Basic', async () => {
    const { registerApp, call } = await mastodonSandbox();
    const { client_id, client_secret } = await registerApp();
    const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    expect(await call('POST /oauth/token', { form, headers: { Authorization: `Basic ${basic}` } })).toMatchObject({
      status: 200,
    });
  });

  test('refuses a wrong secret and an unknown grant', async () => {
    const { registerApp, exchange } = await mastodonSandbox();
    const app = await registerApp();
    expect(await exchange({ ...app, client_secret: 'x' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await exchange({ ...app, grant_type: 'password' })).toMatchObject({
      body: { error: 'unsupported_grant_type' },
    });
  });
});

describe('access tokens', () => {
  test('work until they are revoked, by their own app only', async () => {
    const { registerApp, authorize, exchange, call } = await mastodonSandbox();
    const app = await registerApp();
    const code = (await authorize({ client_id: app.client_id })).searchParams.get('code') ?? '';
    const token = IssuedToken.parse((await exchange({ ...app, code })).body).access_token;
    const revoke = async (by: Record<string, string>) =>
      (await call('POST /oauth/revoke', { form: new URLSearchParams({ ...by, token }) })).status;
    expect(await revoke(await registerApp())).toBe(403);
    expect(await call('GET /api/v1/accounts/verify_credentials', { token })).toMatchObject({ status: 200 });
    expect([await revoke(app), await revoke(app)]).toEqual([200, 200]);
    expect(await call('GET /api/v1/accounts/verify_credentials', { token })).toMatchObject({
      status: 401,
      body: { error: 'The access token was revoked' },
    });
  });

  test('reach no further than their scopes', async () => {
    const { signIn, call, post } = await mastodonSandbox();
    const reader = await signIn({ scope: 'profile' });
    expect(await call('GET /api/v1/accounts/verify_credentials', { token: reader })).toMatchObject({ status: 200 });
    expect(await post(reader, { status: 'hi' })).toMatchObject({
      status: 403,
      body: { error: 'This action is outside the authorized scopes' },
    });
    const writer = await signIn({ scope: 'write:statuses' });
    expect(await post(writer, { status: 'hi' })).toMatchObject({ status: 200 });
    expect(await call('GET /api/v1/accounts/verify_credentials', { token: writer })).toMatchObject({ status: 403 });
  });

  test('that were never given out are refused', async () => {
    const { post, call } = await mastodonSandbox();
    const refused = { status: 401, body: { error: 'The access token is invalid' } };
    expect(await post('nonsense', { status: 'hi' })).toMatchObject(refused);
    expect(await call('GET /api/v1/accounts/verify_credentials')).toMatchObject(refused);
  });
});
