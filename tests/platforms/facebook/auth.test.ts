import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facebookAccess } from '../../../functions/platforms/facebook/access.ts';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { facebookAuth } from '../../../functions/platforms/facebook/auth.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startFacebook } from '../../../local/platforms/facebook/start-facebook.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { callsTo, consentCode, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';

const { version } = publicApis.facebook;

describe('Facebook: connecting pages', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startFacebook({ pages: { alice: ['One'], bob: ['One', 'Two', 'Three'], carol: [] } });
  });
  afterAll(() => sandbox.stop());

  const ways = () => {
    const auth = facebookAuth(callsTo(sandbox.url));
    const app = { server: sandbox.url, redirectUri, ...sandboxApp };
    const asking = { state: 'st', verifier: 'v' };
    return {
      auth,
      app,
      authorizationUrl: String(auth.authorizationUrl(app, asking)),
      async grant(username: string) {
        const code = await consentCode(await auth.authorizationUrl(app, asking), username);
        return auth.exchange(app, { code, verifier: 'v' });
      },
    };
  };

  // https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
  test('asks for consent to see pages, to post, to comment and to read figures', () => {
    const url = new URL(ways().authorizationUrl);
    expect(url.pathname).toBe(`/${version}/dialog/oauth`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: sandboxApp.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope:
        'pages_show_list,business_management,pages_manage_posts,pages_read_engagement,pages_manage_engagement,pages_read_user_content',
      state: 'st',
    });
  });

  test('finds all pages of the user, each with its own token, under one consent', async () => {
    const { auth, app, grant } = ways();
    const consent = await grant('bob');
    expect(consent.scopes).toContain('pages_manage_posts');
    const pages = await auth.listAccounts(app, consent);
    expect(pages.map(({ accountName }) => accountName)).toEqual(['One', 'Two', 'Three']);
    expect(new Set(pages.map(({ grantKey }) => grantKey)).size).toBe(1);
    expect(new Set(pages.map(({ secret }) => JSON.parse(secret).pageToken)).size).toBe(3);
    expect(pages[0]).toMatchObject({
      accountKey: expect.stringMatching(/^\d+$/),
      accountUrl: `${sandbox.url}/${pages[0]?.accountId}`,
      server: sandbox.url,
    });
    expect((await auth.listAccounts(app, consent)).map(({ accountId }) => accountId)).toEqual(
      pages.map(({ accountId }) => accountId),
    );
  });

  test('finds none where the user has none', async () => {
    const { auth, app, grant } = ways();
    expect(await auth.listAccounts(app, await grant('carol'))).toEqual([]);
  });

  test('takes a code with the end that browsers add to it, and only once', async () => {
    const { auth, app, authorizationUrl } = ways();
    const code = await consentCode(authorizationUrl);
    await auth.exchange(app, { code: `${code}#_=_`, verifier: 'v' });
    await expect(auth.exchange(app, { code, verifier: 'v' })).rejects.toMatchObject({
      refusal: { kind: 'reconnect', platformCode: '100/36009' },
    });
  });

  test('keeps no user token with a page', async () => {
    const { auth, app, grant } = ways();
    const consent = await grant('alice');
    const [page] = await auth.listAccounts(app, consent);
    expect(Object.keys(JSON.parse(page?.secret ?? ''))).toEqual(['pageToken', 'userId']);
    expect(page?.secret).not.toContain(JSON.parse(consent.secret).userToken);
  });

  test('ends the consent of the user for all pages', async () => {
    const { auth, app, grant } = ways();
    const [first, second] = await auth.listAccounts(app, await grant('bob'));
    if (!first || !second) throw new Error('bob has pages');
    await facebookAccess(callsTo(sandbox.url)).revoke(keptAccount(first).account);
    const outcome = await facebookAdapter(callsTo(sandbox.url)).publish(keptAccount(second).account, {
      text: 'Hello',
      handle: 'h',
    });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect', platformCode: '190' } });
  });

  test('refuses calls without the proof of the app', async () => {
    const { auth, app, grant } = ways();
    const [page] = await auth.listAccounts(app, await grant('alice'));
    const token = JSON.parse(page?.secret ?? '').pageToken;
    const answer = await fetch(`${sandbox.url}/${version}/${page?.accountId}/published_posts?access_token=${token}`);
    expect(await answer.json()).toMatchObject({ error: { code: 100, message: expect.stringContaining('proof') } });
  });

  test.each(['error', 'drop_before', 'malformed'] as const)('says when it cannot be done after %s', async (kind) => {
    const { grant } = ways();
    await sandboxControl(sandbox.url).fail({ operation: `GET /${version}/me/permissions`, kind });
    await expect(grant('alice')).rejects.toMatchObject({ refusal: { kind: 'retry_later' } });
  });
});

describe('Facebook: answers about pages', () => {
  async function listFrom(accounts: (request: Received) => Answer) {
    const server = await scriptedServer((request) =>
      request.path.includes('/me/accounts') ? accounts(request) : { body: { id: '7' } },
    );
    const auth = facebookAuth(callsTo(server.url));
    const app = { server: server.url, redirectUri, ...sandboxApp };
    const pages = await auth.listAccounts(app, { secret: JSON.stringify({ userToken: 'u' }), scopes: [] });
    await server.stop();
    return pages.map(({ accountId }) => accountId);
  }

  // https://developers.facebook.com/docs/graph-api/reference/user/accounts (access_token, tasks, id, name)
  test('leave out pages that the user may not post to', async () => {
    const page = (id: string, changes: object) => ({ id, name: id, access_token: 't', tasks: ['ANALYZE'], ...changes });
    const data = [
      page('1', { tasks: ['CREATE_CONTENT'] }),
      page('2', { tasks: ['MANAGE', 'ANALYZE'] }),
      page('3', {}),
      page('4', { tasks: undefined }),
      page('5', { access_token: undefined, tasks: ['MANAGE'] }),
    ];
    expect(await listFrom(() => ({ body: { data } }))).toEqual(['1', '2', '4']);
  });

  test('are read page by page', async () => {
    const ids = await listFrom(({ path }) => {
      const after = new URL(path, 'http://x').searchParams.get('after');
      const id = after === null ? '1' : '2';
      const paging = after === null ? { cursors: { after: 'c1' }, next: 'https://graph.facebook.com/n' } : {};
      return { body: { data: [{ id, name: id, access_token: 't' }], paging } };
    });
    expect(ids).toEqual(['1', '2']);
  });
});
