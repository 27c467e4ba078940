import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startInstagram } from '../../local/platforms/instagram/start-instagram.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { freshConnections } from '../support/connections.ts';
import { testTeamId } from '../support/request.ts';
import { appsAt, consentCode, redirectUri } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startInstagram({ linked: { bob: ['bob.one', 'bob.two'] } });
});
afterAll(() => sandbox.stop());

const fresh = (known = ['instagram', 'facebook']) => {
  const apps = appsAt(() => sandbox.url);
  return freshConnections({
    apps: { ...apps, find: async (platform) => (known.includes(platform) ? apps.find(platform) : undefined) },
  });
};
type Fresh = Awaited<ReturnType<typeof fresh>>;

async function consent(all: Fresh, login: object, username: string) {
  const { body } = await all.authorize({ platform: 'instagram', redirectUri, ...login });
  const code = await consentCode(body.authorizationUrl, username);
  return all.create({ platform: 'instagram', code, state: body.state });
}
const loginOf = async (all: Fresh, id: string) =>
  JSON.parse((await all.opener.open(testTeamId, id))?.account.secret ?? '{}').login;

describe('connecting Instagram', () => {
  test.each([{}, { login: 'instagram' }])(
    'by its own login, with %o, gives the account that signed in',
    async (login) => {
      const all = await fresh();
      const { status, body } = await consent(all, login, 'ada');
      expect(status).toBe(201);
      expect(body).toMatchObject({ platform: 'instagram', accountName: '@ada', missingScopes: [] });
      expect(await loginOf(all, body.id)).toBe('instagram');
    },
  );

  test('by Facebook Login offers the accounts that are linked to pages', async () => {
    const all = await fresh();
    const pending = await consent(all, { login: 'facebook' }, 'bob');
    expect(pending.body.accounts).toMatchObject([{ accountName: '@bob.one' }, { accountName: '@bob.two' }]);
    const accountIds = pending.body.accounts.map(({ accountId }: { accountId: string }) => accountId);
    const { status, body } = await all.select(pending.body.pendingId, accountIds);
    expect(status).toBe(201);
    expect(body.items).toMatchObject([
      { accountName: '@bob.one', missingScopes: [] },
      { accountName: '@bob.two', missingScopes: [] },
    ]);
    for (const { id } of body.items) expect(await loginOf(all, id)).toBe('facebook');
  });

  test('is both in one team, but one account only once', async () => {
    const all = await fresh();
    expect(await consent(all, {}, 'ada')).toMatchObject({ status: 201 });
    expect(await consent(all, { login: 'facebook' }, 'ada')).toMatchObject({
      status: 409,
      body: { code: 'connection.already_exists' },
    });
    expect(await consent(all, { login: 'facebook' }, 'eve')).toMatchObject({ status: 201 });
  });

  test('asks as the app of its login', async () => {
    const all = await fresh(['facebook']);
    const refused = await all.authorize({ platform: 'instagram', redirectUri });
    expect(refused).toMatchObject({ status: 409, body: { code: 'connection.platform_not_configured' } });
    expect(await consent(all, { login: 'facebook' }, 'eve')).toMatchObject({ status: 201 });
  });

  test.each([
    ['another login', { login: 'threads' }],
    ['a login on a platform with one only', { platform: 'threads', login: 'facebook' }],
  ])('refuses %s', async (_, changes) => {
    const { authorize } = await fresh();
    expect(await authorize({ platform: 'instagram', redirectUri, ...changes })).toMatchObject({ status: 422 });
  });
});
