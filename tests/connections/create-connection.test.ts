import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBluesky } from '../../local/platforms/bluesky/start-bluesky.ts';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { bySandboxPassword, type Connections, consented, freshConnections } from '../support/connections.ts';
import { admin, otherTeamId, testTeamId } from '../support/request.ts';
import { redirectUri, sandboxControl } from '../support/sandbox.ts';
import { type Answer, scriptedServer } from '../support/scripted-server.ts';

let mastodon: Sandbox;
let bluesky: Sandbox;
beforeAll(async () => {
  mastodon = await startMastodon({ rateLimit: 'off', limits: { maxCharacters: 777 } });
  bluesky = await startBluesky({ rateLimits: 'off' });
});
afterAll(() => Promise.all([mastodon.stop(), bluesky.stop()]));

const stateUnknown = { status: 422, body: { code: 'connection.state_unknown' } };
const entities = async ({ table }: Connections) => (await table.rows()).map(({ entity }) => entity).toSorted();

describe('POST /connections with a code', () => {
  test('connects the account that consented', async () => {
    const all = await freshConnections();
    const reply = await all.create(await consented(all, mastodon.url));
    const { host } = new URL(mastodon.url);
    expect(reply).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^conn_/),
        platform: 'mastodon',
        accountName: `@alice@${host}`,
        accountUrl: `${mastodon.url}/@alice`,
        server: mastodon.url,
        state: 'active',
        scopes: ['read:accounts', 'read:statuses', 'write:media', 'write:statuses'],
        createdAt: expect.any(String),
      },
    });
    expect(Object.keys(reply.body)).not.toContain('sealedSecret');
    const opened = await all.opener.open(testTeamId, reply.body.id);
    expect(opened?.connection.textLimits).toMatchObject({ max: 777 });
    expect(await entities(all)).toEqual(['account', 'accountHolder', 'app', 'authState', 'connection']);
  });

  test('keeps no token in the clear', async () => {
    const all = await freshConnections();
    const { body } = await all.create(await consented(all, mastodon.url));
    const opened = await all.opener.open(testTeamId, body.id);
    const { accessToken, clientSecret } = JSON.parse(opened?.account.secret ?? '');
    const rows = JSON.stringify(await all.table.rows());
    for (const secret of [accessToken, clientSecret]) expect(`${rows}${JSON.stringify(body)}`).not.toContain(secret);
  });

  test('takes a state once, even at the same time', async () => {
    const all = await freshConnections();
    const request = await consented(all, mastodon.url);
    const replies = await Promise.all([all.create(request), all.create(request)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 422]);
    expect(await all.create(request)).toMatchObject(stateUnknown);
  });

  test.each([
    ['of another team', { ...admin, teamId: otherTeamId }],
    ['of another user of the team', { ...admin, userId: 'user_01jdxb8ncye2ha5vvbz9fnzbzv' }],
  ])('refuses a state %s, which stays good', async (_, caller) => {
    const all = await freshConnections();
    const request = await consented(all, mastodon.url);
    expect(await all.create(request, caller)).toMatchObject(stateUnknown);
    expect(await all.create(request)).toMatchObject({ status: 201 });
  });

  test('refuses a state that is unknown or older than ten minutes', async () => {
    let at = new Date('2030-01-01T12:00:00Z');
    const all = await freshConnections({ now: () => at });
    const request = await consented(all, mastodon.url);
    expect(await all.create({ ...request, state: 'unknown' })).toMatchObject(stateUnknown);
    at = new Date('2030-01-01T12:10:01Z');
    expect(await all.create(request)).toMatchObject(stateUnknown);
  });

  test('refuses a code that the server does not take, and stores no connection', async () => {
    const all = await freshConnections();
    const request = await consented(all, mastodon.url);
    expect(await all.create({ ...request, code: 'wrong' })).toMatchObject({
      status: 422,
      body: { code: 'connection.code_refused' },
    });
    expect(await entities(all)).toEqual(['app', 'authState']);
  });

  test.each(['error', 'drop_before', 'malformed', 'rate_limit'] as const)(
    'says so when the server gives no usable answer: %s',
    async (kind) => {
      const all = await freshConnections();
      const request = await consented(all, mastodon.url);
      await sandboxControl(mastodon.url).fail({ operation: 'POST /oauth/token', kind });
      const reply = await all.create(request);
      expect(reply).toMatchObject({ status: 503, body: { code: 'connection.server_unreachable' } });
      expect(await entities(all)).toEqual(['app', 'authState']);
    },
  );

  test('forgets an app that its server does not know any more', async () => {
    let registered = 0;
    const server = await scriptedServer(({ path }): Answer => {
      if (path !== '/api/v1/apps') return { status: 401, body: { error: 'invalid_client' } };
      registered += 1;
      return { body: { client_id: `client ${registered}`, client_secret: 's' } };
    });
    const { authorize, create } = await freshConnections();
    const asking = { platform: 'mastodon', server: server.url, redirectUri };
    const { body } = await authorize(asking);
    const reply = await create({ platform: 'mastodon', code: 'c', state: body.state });
    expect(reply).toMatchObject({ status: 422, body: { code: 'connection.code_refused' } });
    const again = await authorize(asking);
    expect(new URL(again.body.authorizationUrl).searchParams.get('client_id')).toBe('client 2');
    await server.stop();
  });
});

describe('POST /connections with an app password', () => {
  test('connects the account', async () => {
    const all = await freshConnections();
    const { status, body } = await all.create(bySandboxPassword(bluesky.url));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      platform: 'bluesky',
      accountName: '@alice.test',
      server: bluesky.url,
      state: 'active',
    });
    expect(JSON.stringify(await all.table.rows())).not.toContain('app-pass');
  });

  test('refuses a wrong one and stores nothing', async () => {
    const all = await freshConnections();
    const wrong = { ...bySandboxPassword(bluesky.url), appPassword: 'wrong' };
    expect(await all.create(wrong)).toMatchObject({ status: 422, body: { code: 'connection.credentials_wrong' } });
    expect(await all.table.rows()).toEqual([]);
  });

  test.each(['http://bsky.example', 'https://127.0.0.1:2583', 'https://localhost:2583'])(
    'refuses the server %s and stores nothing',
    async (server) => {
      const all = await freshConnections({ hosts: 'refuse' });
      const reply = await all.create(bySandboxPassword(server));
      expect(reply).toMatchObject({ status: 422, body: { code: 'connection.server_refused' } });
      expect(await all.table.rows()).toEqual([]);
    },
  );

  test('says so when nobody listens there', async () => {
    const all = await freshConnections();
    const reply = await all.create(bySandboxPassword('http://127.0.0.1:9'));
    expect(reply).toMatchObject({ status: 503, body: { code: 'connection.server_unreachable' } });
  });
});

describe('POST /connections for an account that is connected', () => {
  test('names the first and ends the new access', async () => {
    const all = await freshConnections();
    const first = await all.create(await consented(all, mastodon.url));
    const second = await all.create(await consented(all, mastodon.url));
    expect(second).toMatchObject({
      status: 409,
      body: { code: 'connection.already_exists', detail: expect.stringContaining(first.body.id) },
    });
    const opened = await all.opener.open(testTeamId, first.body.id);
    const { accessToken } = JSON.parse(opened?.account.secret ?? '');
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${mastodon.url}/api/v1/accounts/verify_credentials`, { headers });
    expect(answer.status).toBe(200);
  });

  test('is refused even where the new access can not be ended', async () => {
    const all = await freshConnections();
    await all.create(bySandboxPassword(bluesky.url));
    await sandboxControl(bluesky.url).fail({ operation: 'com.atproto.server.deleteSession', kind: 'error' });
    expect(await all.create(bySandboxPassword(bluesky.url))).toMatchObject({ status: 409 });
  });

  test('does not end an access that is the very one of the first', async () => {
    const server = await scriptedServer(({ path }): Answer => {
      if (path === '/api/v1/apps') return { body: { client_id: 'c', client_secret: 's' } };
      if (path === '/oauth/token') return { body: { access_token: 'the same' } };
      if (path === '/api/v2/instance') return { status: 404 };
      return { body: { id: '1', username: 'ada', url: 'https://social.example/@ada' } };
    });
    const { authorize, create } = await freshConnections();
    const connect = async () => {
      const { body } = await authorize({ platform: 'mastodon', server: server.url, redirectUri });
      return create({ platform: 'mastodon', code: 'c', state: body.state });
    };
    expect(await connect()).toMatchObject({ status: 201 });
    expect(await connect()).toMatchObject({ status: 409 });
    expect(server.requests.map(({ path }) => path)).not.toContain('/oauth/revoke');
    await server.stop();
  });

  test('happens once, however many connect it at once', async () => {
    const all = await freshConnections();
    const replies = await Promise.all(Array.from({ length: 4 }, () => all.create(bySandboxPassword(bluesky.url))));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    expect(await entities(all)).toEqual(['account', 'accountHolder', 'connection']);
  });

  test('is a connection of its own for another team', async () => {
    const all = await freshConnections();
    await all.create(bySandboxPassword(bluesky.url));
    const theirs = await all.create(bySandboxPassword(bluesky.url), { ...admin, teamId: otherTeamId });
    expect(theirs).toMatchObject({ status: 201 });
  });

  test('gives the connection new tokens where it had lost its own', async () => {
    const all = await freshConnections();
    const first = await all.create(bySandboxPassword(bluesky.url));
    const before = await all.opener.open(testTeamId, first.body.id);
    await all.opener.markNeedsReconnect(testTeamId, first.body.id);
    const again = await all.create(bySandboxPassword(bluesky.url));
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id, state: 'active' } });
    const after = await all.opener.open(testTeamId, first.body.id);
    expect(after?.account.secret).not.toBe(before?.account.secret);
    expect(await entities(all)).toEqual(['account', 'accountHolder', 'connection']);
  });

  test('connects anew where the first is deleted meanwhile', async () => {
    const all = await freshConnections();
    await all.create(bySandboxPassword(bluesky.url));
    const { connections } = all.tools;
    const [first] = (await connections.list(testTeamId, { limit: 1 })).connections;
    const find = connections.find;
    connections.find = async (teamId, id) => {
      if (first) await connections.delete(first);
      return find(teamId, id);
    };
    const reply = await all.create(bySandboxPassword(bluesky.url));
    expect(reply.status).toBe(201);
    expect(reply.body.id).not.toBe(first?.id);
  });
});

describe('POST /connections', () => {
  test.each([
    ['no platform', {}, 'input.missing_field'],
    ['a code for Bluesky from nobody', { platform: 'bluesky', code: 'c', state: 's' }, 'input.missing_field'],
    [
      'an unknown field',
      { platform: 'mastodon', code: 'c', state: 's', server: 'https://a.example' },
      'input.unknown_field',
    ],
  ])('refuses %s', async (_, body, code) => {
    const { create } = await freshConnections();
    expect(await create(body)).toMatchObject({ status: 422, body: { code } });
  });
});

describe('POST /connections of a team that has as many as its plan allows', () => {
  const tooMany = { status: 409, body: { code: 'connection.too_many', detail: expect.stringContaining('allows 3') } };
  const names = ['one', 'two', 'three'];

  async function full() {
    const all = await freshConnections({ plan: 'free' });
    const made = [];
    for (const name of names) made.push(await all.create(bySandboxPassword(bluesky.url, `${name}.test`)));
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
    return all;
  }

  test('is refused, and the access that was just given is ended', async () => {
    const all = await full();
    const ended: string[] = [];
    const { accessFor } = all.tools;
    all.tools.accessFor = async (platform) => ({
      ...(await accessFor(platform)),
      revoke: async ({ accountName }) => void ended.push(accountName),
    });
    expect(await all.create(bySandboxPassword(bluesky.url, 'four.test'))).toMatchObject(tooMany);
    expect(ended).toEqual(['@four.test']);
  });

  test('does not end an access on which another team lives', async () => {
    const all = await full();
    const stranger = { ...admin, teamId: otherTeamId };
    const places = all.tools.places;
    all.tools.places = {
      ...places,
      take: async (id, count) => (id === testTeamId ? places.take(id, count) : anyPlace),
    };
    const anyPlace = { write: { check: { pk: 'none', sk: 'none' }, if: { pk: 'absent' as const } }, limit: 9 };
    const theirs = await all.create(await consented(all, mastodon.url, 'shared', stranger), stranger);
    expect(await all.create(await consented(all, mastodon.url, 'shared'))).toMatchObject(tooMany);
    const { accessToken } = JSON.parse((await all.opener.open(otherTeamId, theirs.body.id))?.account.secret ?? '');
    const headers = { authorization: `Bearer ${accessToken}` };
    const verified = await fetch(`${mastodon.url}/api/v1/accounts/verify_credentials`, { headers });
    expect(verified.status).toBe(200);
  });

  test('still connects an account again that needs it', async () => {
    const all = await full();
    const [first] = (await all.tools.connections.list(testTeamId, { limit: 1 })).connections;
    await all.opener.markNeedsReconnect(testTeamId, first?.id ?? '');
    const again = await all.create(bySandboxPassword(bluesky.url, 'three.test'));
    expect(again).toMatchObject({ status: 201, body: { id: first?.id, state: 'active' } });
  });
});
