import { describe, expect, test } from 'vitest';
import { changeConnections } from '../../functions/connections/change-connections.ts';
import { connectionActions } from '../../functions/connections/connection-actions.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import type { Access } from '../../functions/platforms/public.ts';
import { postTable } from '../../functions/posts/public.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { freshConnections, storedConnection } from '../support/connections.ts';
import { mastodonTarget, plannedPost } from '../support/posts.ts';
import { admin, editor, otherTeamId, send, testTeamId } from '../support/request.ts';

const identity = { accountName: '@ada', accountUrl: 'https://social.example/@ada' };

async function setup(count = 3) {
  const clock = { now: new Date() };
  const all = await freshConnections({ now: () => clock.now });
  const access: Access = {
    sharesTokens: false,
    identify: async () => identity,
    refresh: async ({ renewSecret }) => void (await renewSecret(async (old) => old)),
  };
  Object.assign(all.tools, { accessFor: async () => access });
  const ids: string[] = [];
  for (let made = 0; made < count; made++) {
    const connection = storedConnection({ accountId: String(made) });
    const context = { teamId: testTeamId, connectionId: connection.id };
    await all.tools.connections.insert({ ...connection, sealedSecret: await all.tools.secrets.seal('{}', context) });
    ids.push(connection.id);
  }
  const tools = { ...all.tools, accounts: all.opener };
  const handler = endpoint(connectionsContract.changeConnections, changeConnections, () => ({
    actions: async () => connectionActions(tools),
    now: tools.now,
  }));
  const change = (body: object, caller: object = admin) => send(handler, { body, caller: { ...admin, ...caller } });
  const kept = async () => (await all.tools.connections.findMany(testTeamId, ids)).length;
  return { ...all, clock, access, tools, ids, change, kept };
}

describe('POST /connections/bulk', () => {
  test.each(['enable', 'disable', 'check', 'refresh', 'disconnect'])(
    'does to each what is wanted: %s',
    async (action) => {
      const { change, ids, kept } = await setup();
      const items = ids.map((connectionId) => ({ connectionId, status: 200 }));
      expect(await change({ action, connectionIds: ids })).toMatchObject({ status: 200, body: { items } });
      expect(await kept()).toBe(action === 'disconnect' ? 0 : 3);
    },
  );

  test('is not stopped by one that is refused, and says in its row for what', async () => {
    const { change, ids, tools } = await setup();
    const unknown = newId('conn');
    const [first = '', ...others] = ids;
    const { body } = await change({ action: 'disable', connectionIds: [first, unknown, ...others] });
    expect(body.items).toEqual([
      { connectionId: first, status: 200 },
      { connectionId: unknown, status: 404, error: { code: 'connection.not_found', detail: expect.any(String) } },
      ...others.map((connectionId) => ({ connectionId, status: 200 })),
    ]);
    const found = await tools.connections.findMany(testTeamId, ids);
    expect(found.map(({ isEnabled }) => isEnabled)).toEqual([false, false, false]);
  });

  test('asks of each that is disconnected what becomes of scheduled posts', async () => {
    const { change, ids, kept, table } = await setup(2);
    const targets = [mastodonTarget({ id: ids[0] ?? '' })];
    await postTable(table, dueIndex('DUE', 4)).insert(plannedPost({ targets }));
    const { body } = await change({ action: 'disconnect', connectionIds: ids });
    expect(body.items).toMatchObject([{ status: 409, error: { code: 'connection.has_scheduled' } }, { status: 200 }]);
    expect(await kept()).toBe(1);
    const again = await change({ action: 'disconnect', connectionIds: [ids[0]], scheduled: 'cancel' });
    expect(again.body.items).toMatchObject([{ status: 200 }]);
  });

  test('answers what failed on our side in its row, too', async () => {
    const { change, ids, tools } = await setup(2);
    const { find } = tools.connections;
    tools.connections = {
      ...tools.connections,
      find: (teamId, id) => (id === ids[0] ? Promise.reject(new Error('down')) : find(teamId, id)),
    };
    const { body } = await change({ action: 'enable', connectionIds: ids });
    expect(body.items).toMatchObject([{ status: 500, error: { code: 'internal.error' } }, { status: 200 }]);
    expect(JSON.stringify(body)).not.toContain('down');
  });

  test('begins with none that would not end in time', async () => {
    const { change, ids, access, clock } = await setup(12);
    access.identify = async () => {
      clock.now = new Date(clock.now.getTime() + 13_000);
      return identity;
    };
    const { body } = await change({ action: 'check', connectionIds: ids });
    const statuses = body.items.map(({ status }: { status: number }) => status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(body.items.slice(10)).toMatchObject(Array(2).fill({ status: 503, error: { code: 'connection.not_tried' } }));
  });

  test('finds nothing of another team, and is for admins', async () => {
    const { change, ids, kept } = await setup(1);
    const { body } = await change({ action: 'disconnect', connectionIds: ids }, { teamId: otherTeamId });
    expect(body.items).toMatchObject([{ status: 404, error: { code: 'connection.not_found' } }]);
    expect(await kept()).toBe(1);
    const refused = { status: 403, body: { code: 'auth.role_too_low' } };
    expect(await change({ action: 'enable', connectionIds: ids }, editor)).toMatchObject(refused);
  });

  test.each([
    ['no connection', { action: 'enable', connectionIds: [] }],
    ['more than fifty', { action: 'enable', connectionIds: Array.from({ length: 51 }, () => newId('conn')) }],
    ['one twice', { action: 'enable', connectionIds: Array(2).fill('conn_01jdxb8ncye2ha5vvbz9fnzbzt') }],
    ['an unknown action', { action: 'rename', connectionIds: [newId('conn')] }],
  ])('refuses %s', async (_, body) => {
    const { change } = await setup(0);
    expect(await change(body)).toMatchObject({ status: 422, body: { code: 'input.invalid' } });
  });
});
