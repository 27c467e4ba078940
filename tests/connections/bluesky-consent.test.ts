import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { reconnectConnection } from '../../functions/connections/reconnect-connection.ts';
import { adaptersOver } from '../../functions/platforms/adapters.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { startBluesky } from '../../local/platforms/bluesky/start-bluesky.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { type BlueskyClient, consentOf, startBlueskyClient } from '../support/bluesky-client.ts';
import { bySandboxPassword, freshConnections } from '../support/connections.ts';
import { admin, send, testTeamId } from '../support/request.ts';
import { appsAt, calls, comeBack, redirectUri, sandboxControl } from '../support/sandbox.ts';

let client: BlueskyClient;
let sandbox: Sandbox;
beforeAll(async () => {
  client = await startBlueskyClient();
  sandbox = await startBluesky({ rateLimits: 'off' });
});
afterAll(async () => {
  await sandbox.stop();
  await client.stop();
});

const setup = () => freshConnections({ apps: client.callsTo(sandbox.url).apps });
type All = Awaited<ReturnType<typeof setup>>;
const request = (changes: object = {}) => ({
  platform: 'bluesky',
  identifier: 'alice.test',
  redirectUri,
  ...changes,
});

async function consented(all: All, changes: object = {}) {
  const { status, body } = await all.authorize(request(changes));
  expect(status).toBe(200);
  const { code, issuer, state } = await consentOf(body.authorizationUrl);
  expect(state).toBe(body.state);
  return { platform: 'bluesky', code, state, iss: issuer };
}

describe('Bluesky by consent', () => {
  test('connects the account, and opens it for publishing', async () => {
    const all = await setup();
    const { status, body } = await all.create(await consented(all));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      platform: 'bluesky',
      accountName: '@alice.test',
      server: sandbox.url,
      scopes: ['atproto', 'transition:generic'],
      missingScopes: [],
      state: 'active',
      tokenExpiresAt: expect.any(String),
    });
    const opened = await all.opener.open(testTeamId, body.id);
    if (!opened) throw new Error('not opened');
    const adapter = await adaptersOver({ ...calls, apps: client.callsTo(sandbox.url).apps })('bluesky');
    const handle = adapter.handleFor(new Date(), 'seed');
    expect(await adapter.publish(opened.account, { text: 'Hello', handle })).toMatchObject({ kind: 'accepted' });
  });

  test('keeps neither the key of a consent nor that of a session in the clear', async () => {
    const all = await setup();
    const answer = await consented(all);
    const authorization = await all.table.get({ pk: `TEAM#${testTeamId}`, sk: `AUTHSTATE#${answer.state}` });
    expect(authorization).toMatchObject({ account: { name: 'alice.test' }, sealedSessionKey: expect.any(String) });
    expect(JSON.stringify(authorization)).not.toContain('P-256');
    const { body } = await all.create(answer);
    expect(JSON.stringify(body)).not.toContain('P-256');
  });

  test('lets a user sign in at a server without naming the account', async () => {
    const all = await setup();
    const { body } = await all.create(await consented(all, { identifier: sandbox.url }));
    expect(body).toMatchObject({ accountName: '@alice.test' });
  });

  test('takes an answer once, and none of another server', async () => {
    const all = await setup();
    const answer = await consented(all);
    const foreign = await all.create({ ...answer, iss: 'https://evil.example' });
    expect(foreign).toMatchObject({ status: 422, body: { code: 'connection.code_refused' } });
    expect(await all.create(answer)).toMatchObject({ status: 422, body: { code: 'connection.state_unknown' } });
  });

  test('comes back to us with the server that answers, where it is to be sent on', async () => {
    const all = await setup();
    all.tools.callback = { address: redirectUri, origins: ['https://app.example.com'] };
    const returnTo = 'https://app.example.com/connected';
    const { redirectUri: _, ...asking } = request({ returnTo });
    const connect = async (changes: object = {}) => {
      const { body } = await all.authorize(asking);
      const answer = await comeBack(body.authorizationUrl);
      const { headers } = await all.receive({ ...answer, ...changes });
      const ticket = new URL(String(headers?.location)).searchParams.get('ticket');
      return all.create({ platform: 'bluesky', state: body.state, ticket });
    };
    const foreign = await connect({ iss: 'https://evil.example' });
    expect(foreign).toMatchObject({ status: 422, body: { code: 'connection.code_refused' } });
    expect(await connect()).toMatchObject({ status: 201, body: { accountName: '@alice.test' } });
  });

  test('wants the server that answers to be named', async () => {
    const all = await setup();
    const { iss: _, ...answer } = await consented(all);
    expect(await all.create(answer)).toMatchObject({
      status: 422,
      body: { code: 'input.missing_field', errors: [{ path: 'body.iss' }] },
    });
  });

  test.each([
    ['a handle of nobody', { identifier: 'nobody.test' }, 'connection.account_unknown'],
    [
      'an address that we are not known at',
      { redirectUri: 'https://elsewhere.example/' },
      'connection.redirect_refused',
    ],
  ])('is not asked for with %s', async (_, changes, code) => {
    const all = await setup();
    expect(await all.authorize(request(changes))).toMatchObject({ status: 422, body: { code } });
  });

  test('is not asked for at an address that is not public', async () => {
    const all = await freshConnections({ apps: client.callsTo(sandbox.url).apps, hosts: 'refuse' });
    expect(await all.authorize(request({ identifier: sandbox.url }))).toMatchObject({
      status: 422,
      body: { code: 'connection.server_refused' },
    });
  });

  test('says when a server does not answer', async () => {
    const all = await setup();
    await sandboxControl(sandbox.url).fail({ operation: 'POST /oauth/par', kind: 'drop_before' });
    expect(await all.authorize(request())).toMatchObject({
      status: 503,
      body: { code: 'connection.server_unreachable' },
    });
  });

  test('is not there in an installation without a key', async () => {
    const all = await freshConnections({ apps: appsAt(() => sandbox.url, 'none') });
    expect(await all.authorize(request())).toMatchObject({
      status: 409,
      body: { code: 'connection.platform_not_configured' },
    });
  });

  test('many runs that need a new token at once use the refresh token once', async () => {
    const all = await setup();
    const { body } = await all.create(await consented(all));
    const access = await all.tools.accessFor('bluesky');
    const opened = await Promise.all(Array.from({ length: 5 }, () => all.opener.open(testTeamId, body.id)));
    await Promise.all(opened.map((one) => one && access.refresh?.(one.account)));
    const secrets = opened.map((one) => one?.account.secret);
    expect(new Set(secrets).size).toBe(1);
    expect(opened[0]?.secretVersion()).toBe(2);
  });

  test('connects a connection again that was made by consent, under its id', async () => {
    const all = await setup();
    const { body } = await all.create(await consented(all));
    const reconnecting = endpoint(connectionsContract.reconnectConnection, reconnectConnection, () => all.tools);
    const path = { connectionId: body.id };
    const begun = await send(reconnecting, { path, body: { redirectUri }, caller: admin });
    const { code, issuer, state } = await consentOf(begun.body.authorizationUrl);
    const again = await all.create({ platform: 'bluesky', code, state, iss: issuer });
    expect(again).toMatchObject({ status: 201, body: { id: body.id } });
  });

  test('stands beside the app password: one account is connected once', async () => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(sandbox.url));
    expect(body).toMatchObject({ scopes: ['com.atproto.appPass'], tokenExpiresAt: null });
    expect(await all.create(await consented(all))).toMatchObject({
      status: 409,
      body: { code: 'connection.already_exists' },
    });
  });
});
