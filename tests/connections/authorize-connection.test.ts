import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { freshConnections } from '../support/connections.ts';
import { editor } from '../support/request.ts';
import { redirectUri, sandboxControl } from '../support/sandbox.ts';
import { type Answer, scriptedServer } from '../support/scripted-server.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startMastodon({ rateLimit: 'off' });
});
afterAll(() => sandbox.stop());

const request = (changes: object = {}) => ({ platform: 'mastodon', server: sandbox.url, redirectUri, ...changes });
const clientOf = (reply: { body: { authorizationUrl: string } }) =>
  new URL(reply.body.authorizationUrl).searchParams.get('client_id');

/** A Mastodon server that registers apps as the test says. */
async function registering(answer: () => Answer | Promise<Answer>) {
  let registered = 0;
  const server = await scriptedServer(async () => {
    registered += 1;
    return answer();
  });
  return { ...server, registered: () => registered };
}

const client = (id: string): Answer => ({ body: { client_id: id, client_secret: 'secret of the app' } });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('POST /connections/authorize', () => {
  test('answers where the user consents, and a state that never repeats', async () => {
    const { authorize } = await freshConnections();
    const [first, second] = [await authorize(request()), await authorize(request())];
    expect(first).toMatchObject({ status: 200, body: { state: expect.stringMatching(/^[\w-]{43}$/) } });
    const { origin, pathname, searchParams } = new URL(first.body.authorizationUrl);
    expect(origin + pathname).toBe(`${sandbox.url}/oauth/authorize`);
    expect(searchParams.get('state')).toBe(first.body.state);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(first.body.state).not.toBe(second.body.state);
    expect(clientOf(first)).toBe(clientOf(second));
  });

  test('takes the origin of whatever address of the server is given', async () => {
    const { authorize } = await freshConnections();
    const first = await authorize(request({ server: `${sandbox.url}/@alice?x=1#y` }));
    expect(clientOf(first)).toBe(clientOf(await authorize(request())));
  });

  test('registers an app once for a server and address, however many ask at once', async () => {
    const server = await registering(async () => {
      await pause(60);
      return client(`client ${server.registered()}`);
    });
    const { authorize } = await freshConnections();
    const asked = Array.from({ length: 5 }, () => authorize(request({ server: server.url })));
    const clients = (await Promise.all(asked)).map(clientOf);
    expect(new Set(clients)).toEqual(new Set(['client 1']));
    const other = await authorize(request({ server: server.url, redirectUri: 'https://other.example/' }));
    expect(clientOf(other)).toBe('client 2');
    expect(server.registered()).toBe(2);
    await server.stop();
  });

  test('registers again where the first one failed', async () => {
    const answers: Answer[] = [{ status: 500 }, client('second')];
    const server = await registering(() => answers.shift() ?? { status: 500 });
    const { authorize } = await freshConnections();
    expect(await authorize(request({ server: server.url }))).toMatchObject({ status: 503 });
    expect(clientOf(await authorize(request({ server: server.url })))).toBe('second');
    await server.stop();
  });

  test('registers in place of one who died over it', async () => {
    const at = new Date('2030-01-01T12:00:00Z');
    const { authorize, tools } = await freshConnections({ now: () => at });
    await tools.apps.reserve({ server: sandbox.url, redirectUri }, new Date('2030-01-01T11:59:00Z'));
    expect(await authorize(request())).toMatchObject({ status: 200 });
  });

  test('does not wait forever for one who is over it', async () => {
    const at = new Date('2030-01-01T12:00:00Z');
    const { authorize, tools } = await freshConnections({ now: () => at });
    await tools.apps.reserve({ server: sandbox.url, redirectUri }, at);
    expect(await authorize(request())).toMatchObject({ status: 503, body: { code: 'connection.server_unreachable' } });
  });

  test('keeps the app’s secret sealed for its server', async () => {
    const server = await registering(() => client('c'));
    const { authorize, table } = await freshConnections();
    await authorize(request({ server: server.url }));
    expect(JSON.stringify(await table.rows())).not.toContain('secret of the app');
    await server.stop();
  });

  const refused = { status: 422, body: { code: 'connection.server_refused' } };
  test.each([
    'http://mastodon.example',
    'https://127.0.0.1',
    'https://10.0.0.1:3000',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001',
    'https://user:pass@mastodon.example',
    'ftp://mastodon.example',
    'https://localhost',
  ])('refuses the server %s and stores nothing', async (server) => {
    const { authorize, table } = await freshConnections({ hosts: 'refuse' });
    const reply = await authorize(request({ server }));
    expect(reply).toMatchObject(refused);
    expect(await table.rows()).toEqual([]);
  });

  test('refuses what is no web address where private ones are allowed', async () => {
    const { authorize } = await freshConnections();
    expect(await authorize(request({ server: 'ftp://127.0.0.1' }))).toMatchObject(refused);
  });

  test.each([
    'http://app.example.com/connected',
    'javascript:alert(1)',
    'https://app.example.com/#token',
    'https://user:pass@app.example.com/',
    'http://localhost.evil.example/',
    'urn:ietf:wg:oauth:2.0:oob:auto',
  ])('refuses to come back to %s', async (address) => {
    const { authorize, table } = await freshConnections();
    const reply = await authorize(request({ redirectUri: address }));
    expect(reply).toMatchObject({ status: 422, body: { code: 'connection.redirect_refused' } });
    expect(await table.rows()).toEqual([]);
  });

  test.each(['http://localhost:3000/back', 'http://127.0.0.1:8080/', 'http://[::1]/', 'urn:ietf:wg:oauth:2.0:oob'])(
    'comes back to %s',
    async (address) => {
      const { authorize } = await freshConnections();
      expect(await authorize(request({ redirectUri: address }))).toMatchObject({ status: 200 });
    },
  );

  test('says so when the server does not take the address', async () => {
    const server = await registering(() => ({ status: 422, body: { error: 'Redirect URI must be an absolute URI.' } }));
    const { authorize } = await freshConnections();
    expect(await authorize(request({ server: server.url }))).toMatchObject({
      status: 422,
      body: { code: 'connection.redirect_refused', detail: expect.stringContaining('absolute URI') },
    });
    await server.stop();
  });

  test.each(['error', 'rate_limit', 'drop_before', 'malformed'] as const)(
    'says so when the server gives no usable answer: %s',
    async (kind) => {
      const { authorize, table } = await freshConnections();
      await sandboxControl(sandbox.url).fail({ operation: 'POST /api/v1/apps', kind });
      const reply = await authorize(request());
      expect(reply).toMatchObject({ status: 503, body: { code: 'connection.server_unreachable' } });
      expect(await table.rows()).toEqual([]);
    },
  );

  test('says so when the server is none of Mastodon', async () => {
    const server = await registering(() => ({ status: 405, body: '<html>' }));
    const { authorize } = await freshConnections();
    const reply = await authorize(request({ server: server.url }));
    expect(reply).toMatchObject({ status: 503, body: { code: 'connection.server_unreachable' } });
    await server.stop();
  });

  test('is for admins', async () => {
    const { authorize } = await freshConnections();
    const reply = await authorize(request(), editor);
    expect(reply).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });

  test.each([
    ['another platform', { platform: 'myspace' }, 'input.invalid'],
    ['no address to come back to', { redirectUri: undefined }, 'input.missing_field'],
    ['an unknown field', { scope: 'admin' }, 'input.unknown_field'],
  ])('refuses %s', async (_, changes, code) => {
    const { authorize } = await freshConnections();
    expect(await authorize(request(changes))).toMatchObject({ status: 422, body: { code } });
  });
});
