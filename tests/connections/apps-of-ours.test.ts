import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { startThreads } from '../../local/platforms/threads/start-threads.ts';
import { type Connections, freshConnections } from '../support/connections.ts';
import { testTeamId } from '../support/request.ts';
import { appsAt, consentCode, redirectUri, sandboxControl } from '../support/sandbox.ts';

let threads: Sandbox;
beforeAll(async () => {
  threads = await startThreads();
});
afterAll(() => threads.stop());

const scopes = [
  'threads_basic',
  'threads_content_publish',
  'threads_manage_insights',
  'threads_manage_replies',
  'threads_read_replies',
];
const asking = { platform: 'threads', redirectUri };
const fresh = (has?: 'none') => freshConnections({ apps: appsAt(() => threads.url, has) });

async function consented({ authorize }: Connections, username = 'alice') {
  const { body } = await authorize(asking);
  return { platform: 'threads', code: await consentCode(body.authorizationUrl, username), state: String(body.state) };
}

describe('POST /connections/authorize where we are one app for all', () => {
  test('answers the platform’s own page', async () => {
    const { authorize } = await fresh();
    const { status, body } = await authorize(asking);
    expect(status).toBe(200);
    const url = new URL(body.authorizationUrl);
    expect(url.origin + url.pathname).toBe(`${threads.url}/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'sandbox-app',
      redirect_uri: redirectUri,
      scope: scopes.join(','),
      state: body.state,
    });
  });

  test('refuses a platform without credentials, and stores nothing', async () => {
    const { authorize, table } = await fresh('none');
    const reply = await authorize(asking);
    expect(reply).toMatchObject({ status: 409, body: { code: 'connection.platform_not_configured' } });
    expect(await table.rows()).toEqual([]);
  });

  test.each([
    ['a server', { server: 'https://threads.example' }, 'input.unknown_field'],
    ['a way back that is not safe', { redirectUri: 'http://app.example.com' }, 'connection.redirect_refused'],
  ])('refuses %s', async (_, changes, code) => {
    const { authorize } = await fresh();
    expect(await authorize({ ...asking, ...changes })).toMatchObject({ status: 422, body: { code } });
  });
});

describe('POST /connections where we are one app for all', () => {
  test('connects the account that consented, with a token that lasts', async () => {
    const all = await fresh();
    const { status, body } = await all.create(await consented(all, 'ada'));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      platform: 'threads',
      accountName: '@ada',
      accountUrl: `${threads.url}/@ada`,
      server: threads.url,
      state: 'active',
      scopes,
    });
    const opened = await all.opener.open(testTeamId, body.id);
    const { accessToken, expiresAt } = JSON.parse(opened?.account.secret ?? '');
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(59 * 24 * 3600_000);
    expect(body.tokenExpiresAt).toBe(expiresAt);
    const row = (await all.table.rows()).find(({ entity }) => entity === 'connection');
    const dueInDays = (Date.parse(String(row?.gsi1sk).split('#')[0] ?? '') - Date.now()) / (24 * 3600_000);
    expect(row).toMatchObject({ gsi1pk: 'TOKEN#threads#0', gsi1sk: `${row?.tokenDueAt}#${body.id}` });
    expect(dueInDays).toBeCloseTo(48, 1);
    const kept = JSON.stringify(await all.table.rows());
    for (const secret of [accessToken, 'sandbox-secret'])
      expect(`${kept}${JSON.stringify(body)}`).not.toContain(secret);
  });

  test('takes a state for its own platform only', async () => {
    const all = await fresh();
    const request = await consented(all);
    const other = await all.create({ ...request, platform: 'mastodon' });
    expect(other).toMatchObject({ status: 422, body: { code: 'connection.state_unknown' } });
    expect(await all.create(request)).toMatchObject({ status: 201 });
  });

  test('refuses a code that the platform does not take', async () => {
    const all = await fresh();
    const reply = await all.create({ ...(await consented(all)), code: 'wrong' });
    expect(reply).toMatchObject({ status: 422, body: { code: 'connection.code_refused' } });
  });

  test.each(['POST /oauth/access_token', 'GET /access_token', 'GET /v1.0/me'])(
    'says so when %s gives no usable answer',
    async (operation) => {
      const all = await fresh();
      const request = await consented(all);
      await sandboxControl(threads.url).fail({ operation, kind: 'malformed' });
      expect(await all.create(request)).toMatchObject({
        status: 503,
        body: { code: 'connection.server_unreachable' },
      });
    },
  );

  test('refuses an account that is connected already', async () => {
    const all = await fresh();
    const first = await all.create(await consented(all));
    expect(await all.create(await consented(all))).toMatchObject({
      status: 409,
      body: { code: 'connection.already_exists', detail: expect.stringContaining(first.body.id) },
    });
  });
});
