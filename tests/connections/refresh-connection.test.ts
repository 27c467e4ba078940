import { describe, expect, test } from 'vitest';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { refreshConnection } from '../../functions/connections/refresh-connection.ts';
import { instagramAccess } from '../../functions/platforms/instagram/access.ts';
import { type Access, PlatformRefused, type RefusalKind } from '../../functions/platforms/public.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { freshConnections, storedConnection } from '../support/connections.ts';
import { editor, type Request, send, testTeamId, viewer } from '../support/request.ts';
import { calls } from '../support/sandbox.ts';

const noon = new Date('2030-01-01T12:00:00.000Z');
const later = new Date('2030-01-01T14:00:00.000Z');

async function setup(access: Partial<Access> = {}, old = 'old') {
  const all = await freshConnections({ now: () => noon });
  const plain = storedConnection();
  const { id } = plain;
  const sealedSecret = await all.tools.secrets.seal(old, { teamId: testTeamId, connectionId: id });
  await all.tools.connections.insert({ ...plain, sealedSecret });
  const given: Access = { sharesTokens: false, ...access };
  Object.assign(all.tools, { accessFor: async () => given });
  const tools = { ...all.tools, accounts: all.opener };
  const handler = endpoint(connectionsContract.refreshConnection, refreshConnection, () => tools);
  const refresh = (request: Request = {}) => send(handler, { path: { connectionId: id }, ...request });
  const secret = async () => (await all.opener.open(testTeamId, id))?.account.secret;
  return { ...all, id, refresh, secret };
}

const renewing: Partial<Access> = {
  refresh: async ({ renewSecret }) => void (await renewSecret(async (old) => `${old}, renewed`)),
  tokenLife: () => ({ expiresAt: later, isRenewable: true }),
};
const instagramByFacebook = JSON.stringify({ login: 'facebook', accessToken: 'p', userId: '1' });
const refusing = (kind: RefusalKind): Partial<Access> => ({
  refresh: async () => {
    throw new PlatformRefused({ kind, platformCode: null, message: 'no' });
  },
});

describe('POST /connections/{connectionId}/refresh', () => {
  test('renews the tokens, and tells how long the new ones live', async () => {
    const { refresh, secret } = await setup(renewing);
    const body = { state: 'active', tokenExpiresAt: later.toISOString(), lastCheckedAt: noon.toISOString() };
    expect(await refresh()).toMatchObject({ status: 200, body });
    expect(await secret()).toBe('old, renewed');
  });

  test.each<[string, Partial<Access>, old?: string]>([
    ['a platform whose tokens last', {}],
    [
      'tokens that only the user can renew',
      { ...renewing, tokenLife: () => ({ expiresAt: later, isRenewable: false }) },
    ],
    ['an account whose tokens last on a platform that renews others', { refresh: async () => undefined }],
    ['Instagram with Facebook Login', instagramAccess(calls), instagramByFacebook],
  ])('is refused for %s', async (_, access, old = 'old') => {
    const { refresh, secret } = await setup(access, old);
    expect(await refresh()).toMatchObject({ status: 409, body: { code: 'connection.not_renewable' } });
    expect(await secret()).toBe(old);
  });

  test('notes that the access is lost', async () => {
    const { refresh, tools, id } = await setup(refusing('reconnect'));
    expect(await refresh()).toMatchObject({ status: 409, body: { code: 'connection.access_lost' } });
    expect(await tools.connections.find(testTeamId, id)).toMatchObject({ state: 'needs_reconnect' });
  });

  test('is refused while the platform gives no answer, which changes nothing', async () => {
    const { refresh, tools, id } = await setup(refusing('retry_later'));
    expect(await refresh()).toMatchObject({ status: 503, body: { code: 'connection.server_unreachable' } });
    expect(await tools.connections.find(testTeamId, id)).toMatchObject({ state: 'active' });
  });

  test('does not find what is not there, and is for editors', async () => {
    const { refresh } = await setup(renewing);
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await refresh({ path: { connectionId: newId('conn') }, caller: editor })).toMatchObject(notFound);
    expect(await refresh({ caller: viewer })).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});
