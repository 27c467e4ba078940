import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instagramAccess } from '../../../functions/platforms/instagram/access.ts';
import { instagramAdapter } from '../../../functions/platforms/instagram/adapter.ts';
import { instagramAuth } from '../../../functions/platforms/instagram/auth.ts';
import { instagramFacts } from '../../../functions/platforms/instagram/facts.ts';
import { missingScopes } from '../../../functions/platforms/missing-scopes.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startInstagram } from '../../../local/platforms/instagram/start-instagram.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { appsAt, callsTo, consentCode, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';
import { appAt, connectInstagram } from './connect.ts';

const { version } = publicApis.instagram;
const asking = { state: 'st', verifier: 'v' };
const dayMs = 24 * 3600_000;

let sandbox: Sandbox;
let at = Date.now();
beforeAll(async () => {
  sandbox = await startInstagram({
    linked: { bob: ['one', 'two', 'three'], carol: [] },
    now: () => new Date(at),
  });
});
afterAll(() => sandbox.stop());

const tools = () => ({ ...callsTo(sandbox.url), now: () => new Date(at) });

async function grantBy(login: 'instagram' | 'facebook', username: string) {
  const auth = instagramAuth(tools());
  const app = appAt(sandbox.url, login);
  const code = await consentCode(await auth.authorizationUrl(app, asking), username);
  const grant = await auth.exchange(app, { code: `${code}${login === 'instagram' ? '#_' : '#_=_'}`, verifier: 'v' });
  return { auth, app, code, grant };
}

describe('Instagram: where users consent', () => {
  const urlOf = async (login?: 'instagram' | 'facebook') => {
    const apps = { ...appsAt(() => ''), api: () => publicApis.instagram };
    const app = appAt(publicApis.instagram.web, login);
    const url = new URL(await instagramAuth({ ...tools(), apps }).authorizationUrl(app, asking));
    return { place: url.origin + url.pathname, parameters: Object.fromEntries(url.searchParams) };
  };
  const common = { client_id: sandboxApp.clientId, redirect_uri: redirectUri, response_type: 'code', state: 'st' };

  // https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
  test.each(['instagram', undefined] as const)('is Instagram’s own page by login %s', async (login) => {
    expect(await urlOf(login)).toEqual({
      place: 'https://www.instagram.com/oauth/authorize',
      parameters: {
        ...common,
        scope:
          'instagram_business_basic,instagram_business_content_publish,instagram_business_manage_insights,instagram_business_manage_comments',
      },
    });
  });

  // https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/business-login-for-instagram
  test('is Facebook’s by Facebook Login', async () => {
    const scope =
      'instagram_basic,instagram_content_publish,instagram_manage_insights,instagram_manage_comments,pages_show_list,pages_read_engagement,business_management';
    expect(await urlOf('facebook')).toEqual({
      place: `https://www.facebook.com/${version}/dialog/oauth`,
      parameters: { ...common, scope },
    });
  });
});

describe('Instagram: connecting', () => {
  test('by Instagram Login gives the account that signed in, with a token of 60 days', async () => {
    const account = await connectInstagram(sandbox.url, 'instagram', 'ada');
    expect(account).toMatchObject({
      accountKey: expect.stringMatching(/^17\d{15}$/),
      accountName: '@ada',
      accountUrl: `${sandbox.url}/ada`,
      avatarUrl: `${sandbox.url}/pictures/ada.jpg`,
      scopes: expect.arrayContaining(['instagram_business_content_publish']),
    });
    expect(account.accountId).toBe(account.accountKey);
    const { login, accessToken, expiresAt } = JSON.parse(account.secret);
    expect([login, accessToken]).toEqual(['instagram', expect.stringMatching(/^IGAA/)]);
    expect(Date.parse(expiresAt) - at).toBeGreaterThan(59 * dayMs);
  });

  test('by Facebook Login gives all accounts that are linked to pages, under one consent', async () => {
    const { auth, app, grant } = await grantBy('facebook', 'bob');
    const accounts = await auth.listAccounts(app, grant);
    expect(accounts.map(({ accountName }) => accountName)).toEqual(['@one', '@two', '@three']);
    expect(new Set(accounts.map(({ grantKey }) => grantKey)).size).toBe(1);
    expect(accounts[0]?.grantPlatform).toBe('facebook');
    expect(new Set(accounts.map(({ secret }) => JSON.parse(secret).accessToken)).size).toBe(3);
    for (const { secret } of accounts) {
      expect(JSON.parse(secret)).toMatchObject({ login: 'facebook', userId: accounts[0]?.grantKey });
      expect(secret).not.toContain(JSON.parse(grant.secret).userToken);
    }
    expect(grant.scopes).toContain('instagram_content_publish');
  });

  test('by Facebook Login gives none where no page has one', async () => {
    const { auth, app, grant } = await grantBy('facebook', 'carol');
    expect(await auth.listAccounts(app, grant)).toEqual([]);
  });

  test('names the same account alike by both logins', async () => {
    const byInstagram = await connectInstagram(sandbox.url, 'instagram', 'dora');
    const byFacebook = await connectInstagram(sandbox.url, 'facebook', 'dora');
    expect(byFacebook.accountKey).toBe(byInstagram.accountKey);
    expect(byFacebook.server).toBe(byInstagram.server);
  });

  test.each(['instagram', 'facebook'] as const)('takes a code of %s Login only once', async (login) => {
    const { auth, app, code } = await grantBy(login, 'alice');
    const again = auth.exchange(app, { code, verifier: 'v' });
    await expect(again).rejects.toMatchObject({ refusal: { kind: 'reconnect' } });
  });

  test.each([
    ['instagram', 'GET /access_token'],
    ['facebook', `GET /${version}/me/permissions`],
  ] as const)('by %s Login says when it cannot be done', async (login, operation) => {
    await sandboxControl(sandbox.url).fail({ operation, kind: 'malformed' });
    await expect(grantBy(login, 'alice')).rejects.toMatchObject({ refusal: { kind: 'retry_later' } });
  });
});

describe('Instagram: what was not granted', () => {
  test.each([
    [
      ['instagram_business_basic', 'instagram_business_content_publish', 'instagram_business_manage_insights'],
      ['instagram_business_manage_comments'],
    ],
    [[], instagramFacts.scopes],
    [
      ['pages_show_list', 'instagram_basic', 'pages_read_engagement'],
      ['instagram_content_publish', 'instagram_manage_insights', 'instagram_manage_comments'],
    ],
  ])('is told in the words of the login: with %j', (scopes, missing) => {
    expect(missingScopes({ platform: 'instagram', accountId: '17', scopes })).toEqual(missing);
  });
});

describe('Instagram: access', () => {
  const access = () => instagramAccess(tools());

  test('tokens of Instagram Login are renewed after a day', async () => {
    const { account, saved } = keptAccount(await connectInstagram(sandbox.url, 'instagram', 'eve'));
    await expect(access().refresh(account)).rejects.toMatchObject({ refusal: { message: /can not be refreshed/ } });
    at += 2 * dayMs;
    const before = JSON.parse(account.secret);
    await access().refresh(account);
    expect(saved).toHaveLength(1);
    const { login, accessToken, expiresAt } = JSON.parse(account.secret);
    expect(login).toBe('instagram');
    expect(accessToken).not.toBe(before.accessToken);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.parse(before.expiresAt));
  });

  test('one that has expired is lost', async () => {
    const { account } = keptAccount(await connectInstagram(sandbox.url, 'instagram', 'fay'));
    at += 61 * dayMs;
    await expect(access().refresh(account)).rejects.toMatchObject({ refusal: { kind: 'reconnect' } });
  });

  test('tokens of Facebook Login last: nothing is renewed', async () => {
    const { account, saved } = keptAccount(await connectInstagram(sandbox.url, 'facebook', 'gus'));
    at += 400 * dayMs;
    await access().refresh(account);
    expect(saved).toEqual([]);
    expect(await access().identify(account)).toMatchObject({ accountName: '@gus' });
  });

  test.each(['instagram', 'facebook'] as const)(
    'by %s Login tells who the account is, and its quota',
    async (login) => {
      const { account } = keptAccount(await connectInstagram(sandbox.url, login, 'hal'));
      expect(await access().identify(account)).toEqual({
        accountName: '@hal',
        accountUrl: `${sandbox.url}/hal`,
        avatarUrl: `${sandbox.url}/pictures/hal.jpg`,
      });
      expect(await access().quota(account)).toEqual({ limit: 100, used: 0, windowSeconds: 86_400 });
    },
  );

  test('the consent of Facebook Login is taken back', async () => {
    const { account } = keptAccount(await connectInstagram(sandbox.url, 'facebook', 'ida'));
    await access().revoke(account);
    const outcome = await instagramAdapter(tools()).publish(account, { text: 'Hello', handle: 'h', prepared: '1' });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect', platformCode: '190' } });
    const { auth, app, grant } = await grantBy('facebook', 'ida');
    expect(await auth.listAccounts(app, grant)).toHaveLength(1);
  });

  test('calls with a page’s token carry the proof of our app', async () => {
    const { accountId, secret } = await connectInstagram(sandbox.url, 'facebook', 'jan');
    const { accessToken } = JSON.parse(secret);
    const answer = await fetch(`${sandbox.url}/${version}/${accountId}?fields=username&access_token=${accessToken}`);
    expect(await answer.json()).toMatchObject({ error: { code: 100, message: expect.stringContaining('proof') } });
  });
});

describe('Instagram: odd answers', () => {
  async function answering<Outcome>(
    answer: (request: Received) => Answer,
    act: (url: string) => Promise<Outcome>,
  ): Promise<Outcome> {
    const server = await scriptedServer(answer);
    try {
      return await act(server.url);
    } finally {
      await server.stop();
    }
  }
  const profile = { id: '9', user_id: '17', username: 'ada' };

  // business-login (step 2) and get-started describe `{"data": [{…}]}`; both have been seen as the object itself.
  test.each([
    ['a list', { data: [{ access_token: 't', user_id: '17', permissions: 'a,b' }] }, { data: [profile] }, ['a', 'b']],
    ['itself', { access_token: 't', user_id: 17, permissions: ['a', 'b'] }, profile, ['a', 'b']],
    ['itself, without permissions', { access_token: 't', user_id: 17 }, profile, instagramFacts.scopes],
  ])('of tokens and profiles are read as %s', async (_, token, me, scopes) => {
    const account = await answering(
      ({ path }) => {
        if (path.startsWith('/oauth/')) return { body: token };
        return path.includes('/me') ? { body: me } : { body: { access_token: 'long', expires_in: 5_183_944 } };
      },
      async (url) => {
        const auth = instagramAuth(callsTo(url));
        const grant = await auth.exchange(appAt(url), { code: 'c', verifier: 'v' });
        return (await auth.listAccounts(appAt(url), grant))[0];
      },
    );
    expect(account).toMatchObject({ accountKey: '17', accountName: '@ada', avatarUrl: undefined });
    expect(account?.scopes).toEqual(scopes);
  });

  // https://developers.facebook.com/docs/graph-api/reference/user/accounts
  test('pages without an account, without a token, or without the task to post are left out', async () => {
    const page = (id: string, changes: object = {}) => ({
      id: `p${id}`,
      access_token: 't',
      tasks: ['CREATE_CONTENT'],
      instagram_business_account: { id, username: `u${id}` },
      ...changes,
    });
    const data = [
      page('1'),
      page('2', { instagram_business_account: undefined }),
      page('3', { access_token: undefined }),
      page('4', { tasks: ['ANALYZE'] }),
      page('5', { tasks: undefined }),
    ];
    const accounts = await answering(
      ({ path }) => ({ body: path.includes('/me/accounts') ? { data } : { id: '7' } }),
      (url) =>
        instagramAuth(callsTo(url)).listAccounts(appAt(url, 'facebook'), {
          secret: JSON.stringify({ userToken: 'u' }),
          scopes: [],
        }),
    );
    expect(accounts.map(({ accountId }) => accountId)).toEqual(['1', '5']);
  });

  // https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/content_publishing_limit
  test.each([
    [{ quota_usage: 2, config: { quota_total: 100, quota_duration: 86_400 } }, 100],
    [{ quota_usage: 2 }, 50],
  ])('of the quota are read: %j', async (one, limit) => {
    const { account } = keptAccount(await connectInstagram(sandbox.url, 'instagram', 'ada'));
    const quota = await answering(
      () => ({ body: { data: [one] } }),
      (url) => instagramAccess(callsTo(url)).quota(account),
    );
    expect(quota).toEqual({ limit, used: 2, windowSeconds: 86_400 });
  });
});
