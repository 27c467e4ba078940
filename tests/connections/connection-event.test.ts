import { describe, expect, test } from 'vitest';
import { connectionEvent } from '../../functions/connections/connection-event.ts';
import { connectionKey, connectionTable } from '../../functions/connections/connection-table.ts';
import { lostStates } from '../../functions/connections/contract.ts';
import { noon } from '../support/accounts.ts';
import { storedConnection } from '../support/connections.ts';
import { testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const change = (row: object, id = 'change-1') => ({ id, at: noon, row: { ...row } });
const rowOf = (state: (typeof lostStates)[number]) => ({ ...storedConnection({ state }), entity: 'connection', v: 1 });

describe('the event of a connection', () => {
  test.each(lostStates)('that is %s says whose access is lost', (state) => {
    const row = rowOf(state);
    const event = connectionEvent(change(row));
    const { id: connectionId, platform, accountName } = row;
    expect(event).toMatchObject({ type: 'connection.needs_reconnect', teamId: testTeamId, at: noon.toISOString() });
    expect(event?.data).toEqual({ connectionId, platform, accountName, state });
    expect(JSON.stringify(event)).not.toContain(row.sealedSecret);
  });

  test('is the same when the stream tells of it again', () => {
    const row = rowOf('revoked');
    expect(connectionEvent(change(row))).toEqual(connectionEvent(change(row)));
    expect(connectionEvent(change(row, 'change-2'))?.id).not.toBe(connectionEvent(change(row))?.id);
  });

  test('is made of the row that a refusal leaves', async () => {
    const table = await freshTable();
    const connections = connectionTable(table);
    const stored = storedConnection();
    await connections.insert(stored);
    await connections.needReconnect(testTeamId, stored.id);
    const row = await table.get(connectionKey(stored));
    expect(row && connectionEvent(change(row))?.data).toMatchObject({
      connectionId: stored.id,
      state: 'needs_reconnect',
    });
  });

  test('comes of no other row', () => {
    expect(connectionEvent(change({ pk: 'A', sk: '1', entity: 'post', state: 'revoked' }))).toBeUndefined();
  });
});
