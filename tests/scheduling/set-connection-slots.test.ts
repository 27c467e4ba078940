import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { schedulingContract } from '../../functions/scheduling/contract.ts';
import { setConnectionSlots } from '../../functions/scheduling/set-connection-slots.ts';
import { noon } from '../support/posts.ts';
import { send, testTeamId, viewer } from '../support/request.ts';
import { evening, freshSlots, lunch } from '../support/slots.ts';

const week = { timeZone: 'Europe/Berlin', slots: [lunch, evening] };

async function setup() {
  const fresh = await freshSlots();
  const handler = endpoint(schedulingContract.setConnectionSlots, setConnectionSlots, () => ({
    ...fresh,
    now: () => noon,
  }));
  const { id } = fresh.connection;
  const put = (body: object, request: object = {}) =>
    send(handler, { method: 'PUT', path: { connectionId: id }, body, ...request });
  return { ...fresh, put, lane: { teamId: testTeamId, connectionId: id } };
}

describe('PUT /connections/{connectionId}/slots', () => {
  test('sets the week of a connection, and again another one', async () => {
    const { put, slots, lane } = await setup();
    const { connectionId } = lane;
    const first = await put(week);
    expect(first).toMatchObject({ status: 200, body: { connectionId, ...week, updatedAt: noon.toISOString() } });
    expect(await put({ timeZone: 'UTC', slots: [] })).toMatchObject({ status: 200, body: { slots: [] } });
    expect(await slots.find(lane)).toMatchObject({ timeZone: 'UTC', slots: [], revision: 2 });
  });

  test('writes over no other one than was seen', async () => {
    const { put, slots, lane } = await setup();
    const { headers } = await put(week);
    const seen = { headers: { 'if-match': String(headers?.etag) } };
    expect(await put({ ...week, slots: [lunch] }, seen)).toMatchObject({ status: 200 });
    expect(await put({ ...week, slots: [] }, seen)).toMatchObject({ status: 412, body: { code: 'version.changed' } });
    expect(await slots.find(lane)).toMatchObject({ slots: [lunch] });
  });

  test('of many at once, all go through without If-Match, and the revisions tell them apart', async () => {
    const { put, slots, lane } = await setup();
    const replies = await Promise.all([1, 2, 3].map(() => put(week)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await slots.find(lane)).toMatchObject({ revision: 3 });
  });

  test.each([
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'input.unknown_time_zone'],
    ['a time of day that is none', { slots: [{ day: 'mon', time: '24:00' }] }, 'input.invalid'],
    ['a day that is none', { slots: [{ day: 'monday', time: '10:00' }] }, 'input.invalid'],
    ['a slot twice', { slots: [lunch, lunch] }, 'input.invalid'],
    ['an unknown field of a slot', { slots: [{ ...lunch, week: 1 }] }, 'input.unknown_field'],
    ['more slots than a week is meant to have', { slots: Array.from({ length: 101 }, eachMinute) }, 'input.invalid'],
  ])('refuses %s and stores nothing', async (_, wrong, code) => {
    const { put, table } = await setup();
    expect(await put({ ...week, ...wrong })).toMatchObject({ status: 422, body: { code } });
    expect(await table.rows()).toEqual([]);
  });

  test('refuses viewers, and a connection that the team does not have', async () => {
    const { put, table } = await setup();
    expect(await put(week, { caller: viewer })).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
    const other = { path: { connectionId: newId('conn') } };
    expect(await put(week, other)).toMatchObject({ status: 404, body: { code: 'connection.not_found' } });
    expect(await table.rows()).toEqual([]);
  });
});

const eachMinute = (_: unknown, minute: number) => ({
  day: 'mon',
  time: `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
});
