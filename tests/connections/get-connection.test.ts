import { describe, expect, test } from 'vitest';
import { connectionTable, type StoredConnection } from '../../functions/connections/connection-table.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { getConnection } from '../../functions/connections/get-connection.ts';
import { catalogue } from '../../functions/platforms/public.ts';
import type { TeamCaller } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { slotZones } from '../../functions/scheduling/public.ts';
import { storedConnection } from '../support/connections.ts';
import { editor, otherTeamId, send } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup(overrides: Partial<StoredConnection> = {}) {
  const table = await freshTable();
  const connections = connectionTable(table);
  const connection = storedConnection(overrides);
  await connections.insert(connection);
  const tools = { connections, zones: slotZones(table) };
  const handler = endpoint(connectionsContract.getConnection, getConnection, () => tools);
  const get = (connectionId: string, caller: TeamCaller = editor) => send(handler, { path: { connectionId }, caller });
  return { table, connection, get };
}

describe('GET /connections/{connectionId}', () => {
  test('answers the connection with what it allows, without its secret', async () => {
    const ownLimits = { ...catalogue.mastodon.limits.text, max: 777 };
    const { connection, get } = await setup({ textLimits: ownLimits });
    const { id, platform, accountId, accountName, accountUrl, server, scopes, createdAt, textLimits } = connection;
    const { status, body, headers } = await get(id);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ id, platform, accountId, accountName, accountUrl, server, scopes, createdAt },
      name: null,
      avatarUrl: null,
      state: 'active',
      missingScopes: catalogue.mastodon.scopes.filter((scope) => scope !== 'write:statuses'),
      settings: { timeZone: 'UTC' },
      limits: {
        text: textLimits,
        media: catalogue.mastodon.limits.media,
        followUps: { ...catalogue.mastodon.limits.followUps, text: textLimits },
        posts: null,
      },
      tokenExpiresAt: null,
      lastCheckedAt: null,
      health: { status: 'unknown', reason: null },
    });
    expect(headers?.etag).toMatch(/^"1\./);
  });

  test.each([
    ['a first comment, where there is no more', 'linkedin', { ...catalogue.linkedin.limits.followUps }],
    ['nothing', 'pinterest', null],
  ] as const)('says that what may follow a post is %s', async (_, platform, followUps) => {
    const { connection, get } = await setup({ platform });
    expect((await get(connection.id)).body.limits).toMatchObject({ followUps });
  });

  test.each([
    [{ isEnabled: false }, 'disabled'],
    [{ isEnabled: false, state: 'needs_reconnect' }, 'disabled'],
    [{ state: 'needs_reconnect' }, 'needs_reconnect'],
    [{ state: 'revoked' }, 'revoked'],
  ] as const)('of %o says that it is %s', async (overrides, state) => {
    const { connection, get } = await setup(overrides);
    expect((await get(connection.id)).body).toMatchObject({ state });
  });

  test('answers those that were stored when less was known of them', async () => {
    const { table, connection, get } = await setup();
    const [row] = (await table.rows()).filter(({ entity }) => entity === 'connection');
    const known = new Set(['pk', 'sk', 'entity', 'v', 'id', 'teamId', 'platform', 'accountKey', 'accountId']);
    for (const name of ['accountName', 'accountUrl', 'server', 'state', 'scopes', 'textLimits', 'createdAt'])
      known.add(name);
    for (const name of ['sealedSecret', 'secretVersion']) known.add(name);
    const old = Object.fromEntries(Object.entries(row ?? {}).filter(([name]) => known.has(name)));
    await table.put({ pk: String(row?.pk), sk: String(row?.sk), ...old });
    const { status, body } = await get(connection.id);
    expect([status, body]).toMatchObject([200, { state: 'active', name: null, health: { status: 'unknown' } }]);
  });

  const notFound = { status: 404, body: { code: 'connection.not_found' } };
  test('does not find what is not there, or is of another team', async () => {
    const { connection, get } = await setup();
    expect(await get(newId('conn'))).toMatchObject(notFound);
    expect(await get(connection.id, { ...editor, teamId: otherTeamId })).toMatchObject(notFound);
  });

  test('refuses what is no id', async () => {
    const { get } = await setup();
    expect(await get('conn_x')).toMatchObject({ status: 422, body: { code: 'input.invalid' } });
  });
});
