import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { schedulingContract } from '../../functions/scheduling/contract.ts';
import { getConnectionSlots } from '../../functions/scheduling/get-connection-slots.ts';
import { noon } from '../support/posts.ts';
import { editor, otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshSlots, lunch } from '../support/slots.ts';

async function setup() {
  const fresh = await freshSlots();
  const handler = endpoint(schedulingContract.getConnectionSlots, getConnectionSlots, () => fresh);
  const get = (connectionId: string, request: object = {}) =>
    send(handler, { method: 'GET', path: { connectionId }, ...request });
  return { ...fresh, get, id: fresh.connection.id };
}

describe('GET /connections/{connectionId}/slots', () => {
  test('answers no slots where none were set', async () => {
    const { get, id } = await setup();
    const nothing = { connectionId: id, timeZone: 'UTC', slots: [], updatedAt: null };
    expect(await get(id)).toMatchObject({ status: 200, body: nothing });
  });

  test('answers what was set, once to those who have it', async () => {
    const { get, slots, id } = await setup();
    const week = { timeZone: 'Asia/Tokyo', slots: [lunch] };
    await slots.set({ teamId: testTeamId, connectionId: id }, week, { now: noon, expected: 0 });
    const reply = await get(id);
    expect(reply).toMatchObject({ status: 200, body: { ...week, updatedAt: noon.toISOString() } });
    expect(await get(id, { headers: { 'if-none-match': String(reply.headers?.etag) } })).toMatchObject({ status: 304 });
  });

  test('finds no connection of another team', async () => {
    const { get, id } = await setup();
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await get(newId('conn'))).toMatchObject(notFound);
    expect(await get(id, { caller: { ...editor, teamId: otherTeamId } })).toMatchObject(notFound);
  });
});
