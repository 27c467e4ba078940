import { describe, expect, test } from 'vitest';
import { connectionChanges } from '../../functions/connections/connection-changes-table.ts';
import { connectionTable } from '../../functions/connections/connection-table.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { updateConnection } from '../../functions/connections/update-connection.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { slotZones } from '../../functions/scheduling/public.ts';
import { slotTable } from '../../functions/scheduling/slot-table.ts';
import { storedConnection } from '../support/connections.ts';
import { mastodonTarget, noon } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { admin, editor, otherTeamId, type Request, send, testTeamId } from '../support/request.ts';
import { lunch } from '../support/slots.ts';

async function setup(revision = 1) {
  const target = mastodonTarget();
  const publishing = await freshPublishing({ targets: [target] });
  const { table } = publishing;
  const connections = connectionTable(table);
  await connections.insert(storedConnection({ ...target, revision }));
  const zones = slotZones(table);
  const tools = { connections, changes: connectionChanges(table), zones, now: () => noon };
  const handler = endpoint(connectionsContract.updateConnection, updateConnection, () => tools);
  const patch = (body: unknown, request: Request = {}) =>
    send(handler, { method: 'PATCH', path: { connectionId: target.id }, body, caller: admin, ...request });
  const lane = { teamId: testTeamId, connectionId: target.id };
  return { ...publishing, publishing: { lane }, patch, lane, slots: slotTable(table) };
}

describe('PATCH /connections/{connectionId}', () => {
  test('gives a connection a name of its own, and takes it back', async () => {
    const { patch } = await setup();
    const named = { name: 'Ada, private', accountName: '@ada@social.example' };
    expect(await patch({ name: '  Ada, private ' })).toMatchObject({ status: 200, body: named });
    expect(await patch({})).toMatchObject({ status: 200, body: named });
    expect(await patch({ name: null })).toMatchObject({ status: 200, body: { name: null } });
  });

  test('sets its time zone, which is that of its slots', async () => {
    const { patch, slots, lane } = await setup();
    const berlin = { settings: { timeZone: 'Europe/Berlin' } };
    expect(await patch(berlin)).toMatchObject({ status: 200, body: berlin });
    expect(await slots.find(lane)).toMatchObject({ timeZone: 'Europe/Berlin', slots: [], revision: 1 });
    await slots.set(lane, { timeZone: 'Europe/Berlin', slots: [lunch] }, { now: noon, expected: 1 });
    expect((await patch({ settings: { timeZone: 'Asia/Tokyo' }, name: 'Tokyo' })).body).toMatchObject({
      name: 'Tokyo',
    });
    expect(await slots.find(lane)).toMatchObject({ timeZone: 'Asia/Tokyo', slots: [lunch], revision: 3 });
    expect((await patch({})).body).toMatchObject({ settings: { timeZone: 'Asia/Tokyo' } });
  });

  test('writes over no other change than was seen', async () => {
    const { patch } = await setup();
    const { headers } = await patch({ name: 'one' });
    const seen = { headers: { 'if-match': String(headers?.etag) } };
    expect(await patch({ name: 'two' }, seen)).toMatchObject({ status: 200 });
    expect(await patch({ name: 'three' }, seen)).toMatchObject({ status: 412, body: { code: 'version.changed' } });
  });

  test('changes one that was stored before connections had revisions', async () => {
    const { patch, table } = await setup(0);
    const [row] = (await table.rows()).filter(({ entity }) => entity === 'connection');
    const { revision: _, ...old } = row ?? {};
    await table.put({ pk: String(row?.pk), sk: String(row?.sk), ...old });
    expect(await patch({ name: 'old' })).toMatchObject({ status: 200, body: { name: 'old' } });
    expect((await patch({})).headers?.etag).toMatch(/^"2\./);
  });

  test('of many at once, all go through without If-Match', async () => {
    const { patch } = await setup();
    const replies = await Promise.all([1, 2, 3].map((name) => patch({ name: `name ${name}` })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await patch({})).headers?.etag).toMatch(/^"5\./);
  });

  test.each([
    ['an empty name', { name: ' ' }, 'input.invalid'],
    ['a zone that there is not', { settings: { timeZone: 'Mars/Olympus' } }, 'input.unknown_time_zone'],
    ['an unknown field', { state: 'active' }, 'input.unknown_field'],
  ])('refuses %s', async (_, body, code) => {
    expect(await (await setup()).patch(body)).toMatchObject({ status: 422, body: { code } });
  });

  test('does not find what is not there, or is of another team, and is for admins', async () => {
    const { patch } = await setup();
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await patch({ enabled: false }, { path: { connectionId: newId('conn') } })).toMatchObject(notFound);
    expect(await patch({ enabled: false }, { caller: { ...admin, teamId: otherTeamId } })).toMatchObject(notFound);
    expect(await patch({}, { caller: editor })).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});

describe('a connection that is switched off', () => {
  test('publishes nothing, and what is due goes out when it is switched on in time', async () => {
    const { patch, scheduleOne, publish, published, tools, publishing } = await setup();
    const publication = await scheduleOne();
    expect((await patch({ enabled: false })).body).toMatchObject({ state: 'disabled' });
    expect(await tools.settings.running([publishing.lane])).toEqual([]);
    await publish(publication);
    expect(published).toEqual([]);
    expect(await tools.publications.find(publication)).toMatchObject({ state: 'scheduled', attempts: 0 });
    expect((await patch({ enabled: true })).body).toMatchObject({ state: 'active' });
    await publish(publication, addSeconds(dueTime, 60));
    expect(published).toHaveLength(1);
  });

  test('has missed, by the rule of the team, what is too late when it is switched on', async () => {
    const { patch, scheduleOne, publish, published, tools } = await setup();
    const publication = await scheduleOne();
    await patch({ enabled: false });
    const tomorrow = addSeconds(dueTime, 24 * 3600);
    await publish(publication, tomorrow);
    expect(await tools.publications.find(publication)).toMatchObject({ state: 'scheduled' });
    await patch({ enabled: true });
    await publish(publication, tomorrow);
    expect(published).toEqual([]);
    expect(await tools.publications.find(publication)).toMatchObject({ state: 'missed' });
  });

  test('is stopped by itself: a crisis stop that ends leaves it off', async () => {
    const { patch, scheduleOne, publish, published, tools, publishing } = await setup();
    const publication = await scheduleOne();
    await patch({ enabled: false });
    await tools.settings.resume(publishing.lane);
    expect(await tools.settings.terms(publishing.lane)).toMatchObject({ isPaused: true });
    await publish(publication);
    expect(published).toEqual([]);
  });
});
