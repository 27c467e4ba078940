import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkedinAccess } from '../../../functions/platforms/linkedin/access.ts';
import { linkedinAdapter } from '../../../functions/platforms/linkedin/adapter.ts';
import { linkedinAuth } from '../../../functions/platforms/linkedin/auth.ts';
import type { PlatformApps } from '../../../functions/platforms/platform-apps.ts';
import { startLinkedin } from '../../../local/platforms/linkedin/start-linkedin.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import {
  callsTo,
  connectLinkedin,
  consentCode,
  keptAccount,
  redirectUri,
  sandboxControl,
} from '../../support/sandbox.ts';
import { scriptedServer } from '../../support/scripted-server.ts';
import { publisherOf } from '../suite/publisher.ts';

const organizations = { alice: [], bob: ['Bob Bikes', 'Bob & Sons'] };

describe('LinkedIn: connecting', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startLinkedin({ organizations });
  });
  afterAll(() => sandbox.stop());

  const withScopes = (scopes: string[]): PlatformApps => {
    const { apps } = callsTo(sandbox.url);
    return { ...apps, api: (platform) => ({ ...apps.api(platform), scopes }) };
  };
  const ways = (apps = callsTo(sandbox.url).apps) => {
    const auth = linkedinAuth({ ...callsTo(sandbox.url), apps });
    const app = { server: sandbox.url, redirectUri, ...sandboxApp };
    const authorizationUrl = String(auth.authorizationUrl(app, { state: 'st', verifier: 'v' }));
    return {
      authorizationUrl,
      async accounts(username: string) {
        const code = await consentCode(authorizationUrl, username);
        return auth.listAccounts(app, await auth.exchange(app, { code, verifier: 'v' }));
      },
    };
  };

  // https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
  test('asks for what the app was given', () => {
    const url = new URL(ways(withScopes(['openid', 'profile', 'w_member_social'])).authorizationUrl);
    expect(url.pathname).toBe('/oauth/v2/authorization');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: sandboxApp.clientId,
      redirect_uri: redirectUri,
      scope: 'openid profile w_member_social',
      state: 'st',
    });
  });

  test('finds the member and the organizations that the member runs, under one consent', async () => {
    const accounts = await ways().accounts('bob');
    expect(accounts).toMatchObject([
      { accountId: expect.stringMatching(/^urn:li:person:\w+$/), accountName: 'bob' },
      { accountName: 'Bob Bikes', accountUrl: `${sandbox.url}/company/bob-bikes` },
      { accountName: 'Bob & Sons', accountId: expect.stringMatching(/^urn:li:organization:\d+$/) },
    ]);
    expect(new Set(accounts.map(({ grantKey }) => grantKey)).size).toBe(1);
    expect(JSON.parse(accounts[0]?.secret ?? '')).toMatchObject({
      accessToken: expect.any(String),
      expiresAt: expect.any(String),
      scopes: expect.arrayContaining(['w_member_social']),
    });
  });

  test.each([
    [['openid', 'profile', 'w_member_social'], ['bob']],
    [
      ['openid', 'profile', 'w_organization_social', 'rw_organization_admin'],
      ['Bob Bikes', 'Bob & Sons'],
    ],
  ])('with the scopes %j finds %j', async (scopes, names) => {
    const accounts = await ways(withScopes(scopes)).accounts('bob');
    expect(accounts.map(({ accountName }) => accountName)).toEqual(names);
  });

  test('takes a code only once', async () => {
    const code = await consentCode(ways().authorizationUrl);
    const auth = linkedinAuth(callsTo(sandbox.url));
    const app = { server: sandbox.url, redirectUri, ...sandboxApp };
    await auth.exchange(app, { code, verifier: 'v' });
    await expect(auth.exchange(app, { code, verifier: 'v' })).rejects.toMatchObject({
      refusal: { kind: 'reconnect', platformCode: 'invalid_request' },
    });
  });

  test('loses an account whose token ended, where the app gets none to renew it', async () => {
    const { account, saved } = keptAccount(await connectLinkedin(sandbox.url));
    await sandboxControl(sandbox.url).fail({ operation: 'POST /rest/posts', kind: 'expire_tokens' });
    const outcome = await linkedinAdapter(callsTo(sandbox.url)).publish(account, { text: 'Hello', handle: 'h' });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect' } });
    await expect(linkedinAccess(callsTo(sandbox.url)).refresh(account)).rejects.toMatchObject({
      refusal: { kind: 'reconnect' },
    });
    expect(saved).toEqual([]);
  });
});

describe('LinkedIn: a member, whose posts nobody may read', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startLinkedin();
  });
  afterAll(() => sandbox.stop());

  test.each(['drop_after', 'drop_before', 'malformed', 'error'] as const)('has one post after %s', async (kind) => {
    const control = sandboxControl(sandbox.url);
    await control.clear();
    const { account } = keptAccount(await connectLinkedin(sandbox.url));
    const publisher = await publisherOf(linkedinAdapter(callsTo(sandbox.url)), { account, text: `After ${kind}` });
    await control.fail({ operation: 'POST /rest/posts', kind });
    expect(await publisher.settle()).toMatchObject({
      kind: 'accepted',
      url: expect.stringMatching(/\/feed\/update\/urn:li:share:\d+$/),
    });
    expect(await control.posts()).toMatchObject([{ text: `After ${kind}` }]);
  });

  test('is refused a text that was posted before', async () => {
    const { account } = keptAccount(await connectLinkedin(sandbox.url));
    const adapter = linkedinAdapter(callsTo(sandbox.url));
    await adapter.publish(account, { text: 'Twice', handle: 'h' });
    const publisher = await publisherOf(adapter, { account, text: 'Twice' });
    expect(await publisher.settle()).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'DUPLICATE_POST' },
    });
  });
});

describe('LinkedIn: tokens that can be renewed', () => {
  // https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
  test('are renewed by the refresh token, which stays; scopes are kept', async () => {
    const server = await scriptedServer(() => ({
      body: { access_token: 'AQ2', expires_in: 86400, refresh_token: 'AQr', refresh_token_expires_in: 439200 },
    }));
    const secret = JSON.stringify({ accessToken: 'AQ1', refreshToken: 'AQr', scopes: ['w_member_social'] });
    const facts = { server: server.url, accountId: 'urn:li:person:abc', accountName: 'Ada', secret };
    const { account, saved } = keptAccount(facts);
    await linkedinAccess(callsTo(server.url)).refresh(account);
    expect(JSON.parse(saved[0] ?? '')).toMatchObject({
      accessToken: 'AQ2',
      refreshToken: 'AQr',
      scopes: ['w_member_social'],
    });
    expect(account.secret).toBe(saved[0]);
    expect(server.requests[0]?.path).toBe('/oauth/v2/accessToken');
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'AQr',
      client_id: sandboxApp.clientId,
      client_secret: sandboxApp.clientSecret,
    });
    await server.stop();
  });

  test('that LinkedIn does not renew are lost', async () => {
    const server = await scriptedServer(() => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'The provided refresh token is expired' },
    }));
    const secret = JSON.stringify({ accessToken: 'AQ1', refreshToken: 'AQr' });
    const { account } = keptAccount({ server: server.url, accountId: 'urn:li:person:abc', accountName: 'Ada', secret });
    await expect(linkedinAccess(callsTo(server.url)).refresh(account)).rejects.toMatchObject({
      refusal: { kind: 'reconnect', platformCode: 'invalid_grant' },
    });
    await server.stop();
  });
});
