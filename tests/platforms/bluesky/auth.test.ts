import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlatformRefused } from '../../../functions/platforms/adapter.ts';
import { blueskyAuth } from '../../../functions/platforms/bluesky/auth.ts';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import { sandboxPassword } from '../../../local/platforms/bluesky/store.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, sandboxControl } from '../../support/sandbox.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

const auth = blueskyAuth(calls);
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startBluesky({ rateLimits: 'off' });
});
afterAll(() => sandbox.stop());

const refusedAs = (kind: string) =>
  expect.toSatisfy((error) => error instanceof PlatformRefused && error.refusal.kind === kind);
const login = (changes: object = {}) =>
  auth.connect({ server: sandbox.url, identifier: 'alice.test', appPassword: sandboxPassword, ...changes });

describe('Bluesky: connecting', () => {
  test('learns the account by its DID', async () => {
    const account = await login();
    expect(account).toMatchObject({
      accountKey: account.accountId,
      accountId: expect.stringMatching(/^did:plc:/),
      accountName: '@alice.test',
      accountUrl: `https://bsky.app/profile/${account.accountId}`,
      server: sandbox.url,
      scopes: ['com.atproto.appPass'],
      textLimits: { max: 300, maxBytes: 3000 },
    });
  });

  test('takes a handle with the sign that people write before it', async () => {
    expect(await login({ identifier: '@alice.test' })).toMatchObject({ accountName: '@alice.test' });
  });

  test('refuses a wrong app password', async () => {
    await expect(login({ appPassword: 'wrong' })).rejects.toEqual(refusedAs('reconnect'));
  });

  test.each([
    ['error', 'retry_later'],
    ['malformed', 'retry_later'],
    ['drop_before', 'retry_later'],
    ['rate_limit', 'rate_limited'],
  ] as const)('can not go on after %s', async (kind, refusal) => {
    await sandboxControl(sandbox.url).fail({ operation: 'com.atproto.server.createSession', kind });
    await expect(login()).rejects.toEqual(refusedAs(refusal));
  });

  const session = { accessJwt: 'a', refreshJwt: 'r', did: 'did:plc:ada', handle: 'ada.test' };
  async function connectWith(changes: object, status = 200) {
    const server = await scriptedServer(() => ({ status, body: { ...session, ...changes } }));
    const account = await login({ server: server.url }).catch((error) => error);
    await server.stop();
    return { account, server: server.url };
  }
  const service = (id: string, serviceEndpoint: string) => ({
    didDoc: { service: [{ id, type: 'x', serviceEndpoint }] },
  });

  test('publishes to the account’s own server, and signs in where it did', async () => {
    const { account, server } = await connectWith(service('#atproto_pds', 'https://pds.example/'));
    expect(account).toMatchObject({ server: 'https://pds.example' });
    expect(JSON.parse(account.secret)).toMatchObject({ service: server });
  });

  test.each([
    ['names none', {}],
    ['names other services only', service('#atproto_labeler', 'https://labels.example')],
    ['names no web address', service('#atproto_pds', 'ftp://pds.example')],
    ['is nonsense', { didDoc: 7 }],
  ])('publishes to the server that was named when the document %s', async (_, changes) => {
    const { account, server } = await connectWith(changes);
    expect(account).toMatchObject({ server, scopes: ['com.atproto.appPass'] });
  });

  test('refuses an account that is not active', async () => {
    const { account } = await connectWith({ active: false, status: 'suspended' });
    expect(account).toMatchObject({ refusal: { kind: 'account_restricted', platformCode: 'suspended' } });
  });

  test('asks for an app password where a second factor is wanted', async () => {
    const { account } = await connectWith({ error: 'AuthFactorTokenRequired', message: 'A code is needed' }, 401);
    expect(account).toEqual(refusedAs('reconnect'));
  });
});
