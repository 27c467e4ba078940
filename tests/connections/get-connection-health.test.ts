import { describe, expect, test } from 'vitest';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { getConnectionHealth } from '../../functions/connections/get-connection-health.ts';
import {
  type Access,
  catalogue,
  type Identity,
  PlatformRefused,
  type Refusal,
  type RefusalKind,
} from '../../functions/platforms/public.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { endless, freshConnections, storedConnection } from '../support/connections.ts';
import { editor, otherTeamId, type Request, send, testTeamId } from '../support/request.ts';

const noon = new Date('2030-01-01T12:00:00.000Z');
const identity: Identity = {
  accountName: '@ada.lovelace',
  accountUrl: 'https://social.example/@ada.lovelace',
  avatarUrl: 'https://social.example/ada.png',
};
const whole = [...catalogue.mastodon.scopes];

type Setup = { access?: Partial<Access>; stored?: Parameters<typeof storedConnection>[0] };

async function setup({ access = {}, stored = {} }: Setup = {}) {
  const all = await freshConnections({ now: () => noon });
  const plain = storedConnection({ scopes: whole, ...stored });
  const { id } = plain;
  const sealedSecret = await all.tools.secrets.seal('{}', { teamId: testTeamId, connectionId: id });
  await all.tools.connections.insert({ ...plain, sealedSecret });
  const given: Access = { sharesTokens: false, ...access };
  const tools = { ...all.tools, accounts: all.opener, accessFor: async () => given };
  const handler = endpoint(connectionsContract.getConnectionHealth, getConnectionHealth, () => tools);
  const check = (request: Request = {}) => send(handler, { method: 'GET', path: { connectionId: id }, ...request });
  const kept = () => all.tools.connections.find(testTeamId, id);
  return { ...all, id, check, kept };
}

const refusing = (kind: RefusalKind, more: Partial<Refusal> = {}): Partial<Access> => ({
  identify: async () => {
    throw new PlatformRefused({ kind, platformCode: '418', message: 'no', ...more });
  },
});
const asIs = { identify: async () => identity };

describe('GET /connections/{connectionId}/health', () => {
  test('asks the platform, and keeps what it says of the account', async () => {
    const { check, kept, id } = await setup({ access: asIs });
    const body = { connectionId: id, state: 'active', status: 'ok', reason: null, checkedAt: noon.toISOString() };
    expect(await check()).toMatchObject({ status: 200, body: { ...body, problems: [] } });
    const health = { status: 'ok', reason: null };
    expect(await kept()).toMatchObject({ ...identity, health, lastCheckedAt: noon.toISOString(), scopes: whole });
  });

  test('asks for the limit of posts as well, where the platform names one', async () => {
    const quota = async () => ({ limit: 100, used: 3, windowSeconds: 86_400 });
    const { check, kept } = await setup({ access: { ...asIs, quota } });
    await check();
    expect(await kept()).toMatchObject({ postLimit: { max: 100, windowSeconds: 86_400 } });
  });

  test('is not disturbed by a platform that does not tell the limit just now', async () => {
    const quota = async () => {
      throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message: 'no' });
    };
    const { check, kept } = await setup({ access: { ...asIs, quota } });
    expect(await check()).toMatchObject({ body: { status: 'ok' } });
    expect(await kept()).not.toHaveProperty('postLimit');
  });

  test('knows nothing where the platform cannot be asked', async () => {
    const { check } = await setup();
    expect(await check()).toMatchObject({ status: 200, body: { status: 'unknown', reason: null, problems: [] } });
  });

  test.each([
    ['reconnect', 'failing', 'reconnect', 'needs_reconnect'],
    ['account_restricted', 'failing', 'check', 'active'],
    ['target_gone', 'failing', 'check', 'active'],
    ['rate_limited', 'unknown', 'wait', 'active'],
    ['retry_later', 'unknown', 'wait', 'active'],
  ] as const)('of a refusal of kind %s says that it is %s, and to %s', async (kind, status, action, state) => {
    const { check, kept } = await setup({ access: refusing(kind) });
    const reason = { code: kind, action, platformCode: '418', message: expect.any(String) };
    expect(await check()).toMatchObject({ status: 200, body: { state, status, reason, problems: [reason] } });
    expect(await kept()).toMatchObject({ state, health: { status, reason } });
  });

  test('tells what the user has taken back from what was lost', async () => {
    const { check, kept } = await setup({ access: refusing('reconnect', { isRevoked: true }) });
    expect(await check()).toMatchObject({ body: { state: 'revoked', status: 'failing' } });
    expect(await kept()).toMatchObject({ state: 'revoked', tokenDueAt: null });
  });

  test('gives a connection back whose access works after all', async () => {
    const expiresAt = new Date('2030-01-01T14:00:00.000Z');
    const access = { ...asIs, tokenLife: () => ({ expiresAt, isRenewable: true }) };
    const { check, kept } = await setup({ access, stored: { state: 'needs_reconnect' } });
    expect(await check()).toMatchObject({ body: { state: 'active', status: 'ok' } });
    const tokenDueAt = '2030-01-01T13:36:00.000Z';
    expect(await kept()).toMatchObject({ state: 'active', tokenExpiresAt: expiresAt.toISOString(), tokenDueAt });
  });

  test('tells what is missing, and what ends soon and only the user can renew', async () => {
    const stored = { scopes: ['read'], tokenExpiresAt: '2030-01-03T12:00:00.000Z' };
    const { check } = await setup({ access: asIs, stored });
    const { body } = await check();
    expect(body).toMatchObject({ status: 'ok' });
    expect(body.problems).toMatchObject([
      { code: 'scope_missing', action: 'reconnect', message: expect.stringContaining('write:statuses') },
      { code: 'access_ends', action: 'reconnect', message: expect.stringContaining('2030-01-03') },
    ]);
  });

  test('takes the scopes that the platform tells', async () => {
    const { check, kept } = await setup({ access: { identify: async () => ({ ...identity, scopes: ['read'] }) } });
    await check();
    expect(await kept()).toMatchObject({ scopes: ['read'] });
  });

  test('says nothing of tokens that were renewed while it asked', async () => {
    const { check, kept, tools, id } = await setup({
      access: {
        identify: async () => {
          const stored = await tools.connections.find(testTeamId, id);
          if (stored) await tools.connections.saveSecret(stored, 1, { ...endless, sealedSecret: 'newer' });
          throw new PlatformRefused({ kind: 'reconnect', platformCode: null, message: 'no' });
        },
      },
    });
    expect(await check()).toMatchObject({ status: 200, body: { state: 'active' } });
    expect(await kept()).toMatchObject({ state: 'active', health: { status: 'unknown' } });
  });

  test('does not find what is not there, or is of another team', async () => {
    const { check } = await setup({ access: asIs });
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await check({ path: { connectionId: newId('conn') } })).toMatchObject(notFound);
    expect(await check({ caller: { ...editor, teamId: otherTeamId } })).toMatchObject(notFound);
  });
});
