import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pinterestAccess } from '../../../functions/platforms/pinterest/access.ts';
import { pinterestAdapter } from '../../../functions/platforms/pinterest/adapter.ts';
import { pinterestAuth } from '../../../functions/platforms/pinterest/auth.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startPinterest } from '../../../local/platforms/pinterest/start-pinterest.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { callsTo, consentCode, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';
import { appAt, connectPinterest } from './connect.ts';

const asking = { state: 'st', verifier: 'v' };
const dayMs = 24 * 3600_000;

let sandbox: Sandbox;
const at = Date.now();
const many = Array.from({ length: 260 }, (_, place) => `Board ${place}`);
beforeAll(async () => {
  sandbox = await startPinterest({
    boards: { alice: ['Bread'], bob: ['Bikes', 'Books'], carol: [], dora: many },
    now: () => new Date(at),
  });
});
afterAll(() => sandbox.stop());

const tools = () => ({ ...callsTo(sandbox.url), now: () => new Date(at) });

async function granted(username: string) {
  const auth = pinterestAuth(tools());
  const app = appAt(sandbox.url);
  const code = await consentCode(await auth.authorizationUrl(app, asking), username);
  return { auth, app, code, grant: await auth.exchange(app, { code, verifier: 'v' }) };
}
async function boardsOf(username: string) {
  const { auth, app, grant } = await granted(username);
  return auth.listAccounts(app, grant);
}

describe('Pinterest: connecting boards', () => {
  // https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/
  test('asks for consent to read and write boards and pins', async () => {
    const app = appAt(publicApis.pinterest.web);
    const url = new URL(await pinterestAuth(tools()).authorizationUrl(app, asking));
    expect(url.origin + url.pathname).toBe('https://www.pinterest.com/oauth/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: sandboxApp.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'user_accounts:read,boards:read,boards:write,pins:read,pins:write',
      state: 'st',
    });
  });

  test('finds all boards of the user, under one consent', async () => {
    const boards = await boardsOf('bob');
    expect(boards.map(({ accountName }) => accountName)).toEqual(['Bikes (@bob)', 'Books (@bob)']);
    expect(new Set(boards.map(({ grantKey }) => grantKey)).size).toBe(1);
    expect(new Set(boards.map(({ accountKey }) => accountKey)).size).toBe(2);
    expect(boards[0]).toMatchObject({
      accountUrl: `${sandbox.url}/bob/`,
      avatarUrl: expect.stringContaining('/pictures/'),
      server: sandbox.url,
      scopes: ['user_accounts:read', 'boards:read', 'boards:write', 'pins:read', 'pins:write'],
    });
    const { accessToken, refreshToken, expiresAt } = JSON.parse(boards[0]?.secret ?? '');
    expect([accessToken, refreshToken]).toEqual([expect.stringMatching(/^pina/), expect.stringMatching(/^pinr/)]);
    expect(Date.parse(expiresAt) - at).toBe(30 * dayMs);
  });

  test('goes through the pages of the list', async () => {
    expect(await boardsOf('dora')).toHaveLength(260);
  });

  test('finds none where the user has none', async () => {
    expect(await boardsOf('carol')).toEqual([]);
  });

  test('takes a code only once', async () => {
    const { auth, app, code } = await granted('alice');
    const again = auth.exchange(app, { code, verifier: 'v' });
    await expect(again).rejects.toMatchObject({ refusal: { kind: 'reconnect', platformCode: '283' } });
  });

  test.each([
    ['POST /v5/oauth/token', 'error'],
    ['GET /v5/user_account', 'malformed'],
    ['GET /v5/boards', 'drop_before'],
  ] as const)('says when it cannot be done after %s: %s', async (operation, kind) => {
    await sandboxControl(sandbox.url).fail({ operation, kind });
    await expect(boardsOf('alice')).rejects.toMatchObject({ refusal: { kind: 'retry_later' } });
  });
});

describe('Pinterest: access', () => {
  test('tokens are renewed, with a refresh token that works once', async () => {
    const { account, saved } = keptAccount(await connectPinterest(sandbox.url));
    const { secret: first } = account;
    await pinterestAccess(tools()).refresh(account);
    expect(saved).toHaveLength(1);
    const [before, after] = [first, account.secret].map((secret) => JSON.parse(secret));
    expect(after.refreshToken).not.toBe(before.refreshToken);
    expect(after.accessToken).not.toBe(before.accessToken);
    const older = keptAccount({ ...account, secret: first });
    await expect(pinterestAccess(tools()).refresh(older.account)).rejects.toMatchObject({
      refusal: { kind: 'reconnect' },
    });
    expect(older.saved).toEqual([]);
  });

  test('tells which board it is, and what is granted', async () => {
    const { account } = keptAccount(await connectPinterest(sandbox.url, 'bob', 1));
    expect(await pinterestAccess(tools()).identify(account)).toMatchObject({
      accountName: 'Books (@bob)',
      accountUrl: `${sandbox.url}/bob/`,
      scopes: expect.arrayContaining(['pins:write']),
    });
  });

  test('a board of somebody else, and one that is gone', async () => {
    const { accountId } = await connectPinterest(sandbox.url, 'bob');
    const { account } = keptAccount(await connectPinterest(sandbox.url));
    const identify = (id: string) => pinterestAccess(tools()).identify({ ...account, accountId: id });
    await expect(identify(accountId)).rejects.toMatchObject({ refusal: { kind: 'account_restricted' } });
    await expect(identify('1')).rejects.toMatchObject({ refusal: { kind: 'target_gone', platformCode: '40' } });
  });

  test('ends for both tokens', async () => {
    const { account } = keptAccount(await connectPinterest(sandbox.url));
    await pinterestAccess(tools()).revoke(account);
    const media = [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg' }] as const;
    const outcome = await pinterestAdapter(tools()).publish(account, { text: 'a', handle: 'h', media });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect', platformCode: '2' } });
  });

  test('revoking calls with both tokens, as our app', async () => {
    const requests: Received[] = [];
    const server = await scriptedServer((request) => {
      requests.push(request);
      return {};
    });
    const { account } = keptAccount({ ...(await connectPinterest(sandbox.url)), server: server.url });
    await pinterestAccess(callsTo(server.url)).revoke(account);
    await server.stop();
    const { accessToken, refreshToken } = JSON.parse(account.secret);
    expect(
      requests.map(({ method, path, body }) => [method, path, Object.fromEntries(new URLSearchParams(body))]),
    ).toEqual([
      ['POST', '/v5/oauth/token/revoke', { token: refreshToken, token_type_hint: 'refresh_token' }],
      ['POST', '/v5/oauth/token/revoke', { token: accessToken, token_type_hint: 'access_token' }],
    ]);
    const basic = Buffer.from(`${sandboxApp.clientId}:${sandboxApp.clientSecret}`).toString('base64');
    expect(requests[0]?.headers.authorization).toBe(`Basic ${basic}`);
  });
});

describe('Pinterest: odd answers about boards', () => {
  async function listFrom(boards: Answer, user: Answer = { body: { id: '7', username: 'ada' } }) {
    const server = await scriptedServer(({ path }) => (path.includes('user_account') ? user : boards));
    const auth = pinterestAuth(callsTo(server.url));
    try {
      return await auth.listAccounts(appAt(server.url), { secret: JSON.stringify({ accessToken: 't' }), scopes: [] });
    } finally {
      await server.stop();
    }
  }
  const items = [{ id: '1', name: 'One' }];

  // https://developers.pinterest.com/docs/api/v5/boards-list: bookmark is null or absent on the last page
  test.each([{ items }, { items, bookmark: null }, { items, bookmark: '' }])('a last page like %j', async (body) => {
    expect(await listFrom({ body })).toMatchObject([{ accountName: 'One (@ada)', grantKey: '7' }]);
  });

  test('a user without an id is known by the name', async () => {
    expect(await listFrom({ body: { items } }, { body: { username: 'ada' } })).toMatchObject([{ grantKey: 'ada' }]);
  });

  // Since 14 September 2026, to new apps, about users without a business account.
  test('data of the user that is not given', async () => {
    const refused = { status: 403, body: { code: 29, message: 'PINNER_DATA_ACCESS_DENIED' } };
    await expect(listFrom({ body: { items } }, refused)).rejects.toMatchObject({
      refusal: { kind: 'account_restricted', message: 'PINNER_DATA_ACCESS_DENIED' },
    });
  });
});
