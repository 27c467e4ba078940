import { describe, expect, test } from 'vitest';
import { connectionTable } from '../../functions/connections/connection-table.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { getConnection } from '../../functions/connections/get-connection.ts';
import type { TeamCaller } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { storedConnection } from '../support/connections.ts';
import { editor, otherTeamId, send } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup() {
  const connections = connectionTable(await freshTable());
  const connection = storedConnection();
  await connections.insert(connection);
  const handler = endpoint(connectionsContract.getConnection, getConnection, () => ({ connections }));
  const get = (connectionId: string, caller: TeamCaller = editor) => send(handler, { path: { connectionId }, caller });
  return { connection, get };
}

describe('GET /connections/{connectionId}', () => {
  test('answers the connection without its secret', async () => {
    const { connection, get } = await setup();
    const {
      teamId: _t,
      accountKey: _k,
      textLimits: _l,
      sealedSecret: _s,
      secretVersion: _v,
      renewingUntil: _r,
      tokenIsRenewable: _i,
      tokenDueAt: _d,
      ...shown
    } = connection;
    expect(await get(connection.id)).toMatchObject({ status: 200 });
    expect((await get(connection.id)).body).toEqual(shown);
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
