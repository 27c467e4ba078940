import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { schedulingContract } from '../../functions/scheduling/contract.ts';
import { listFreeSlots } from '../../functions/scheduling/list-free-slots.ts';
import { giveBackSlot, takeSlot } from '../../functions/scheduling/taken-slot-table.ts';
import { noon } from '../support/posts.ts';
import { send, testTeamId, viewer } from '../support/request.ts';
import { evening, freshSlots, lunch, type Slot } from '../support/slots.ts';

/** Noon is that of Tuesday, 1 January 2030, in UTC. */
async function setup(slots: Slot[] = [lunch, evening]) {
  const fresh = await freshSlots();
  const lane = { teamId: testTeamId, connectionId: fresh.connection.id };
  await fresh.slots.set(lane, { timeZone: 'Europe/London', slots }, { now: noon, expected: undefined });
  const tools = { connections: fresh.connections, slots: fresh.free, now: () => noon };
  const handler = endpoint(schedulingContract.listFreeSlots, listFreeSlots, () => tools);
  const list = (limit?: string, connectionId = lane.connectionId) =>
    send(handler, { method: 'GET', path: { connectionId }, caller: viewer, ...(limit && { query: { limit } }) });
  const take = (publishAt: string) => fresh.table.transact([takeSlot({ ...lane, publishAt }, newId('post'))]);
  const giveBack = (publishAt: string) => fresh.table.transact([giveBackSlot({ ...lane, publishAt })]);
  return { ...fresh, list, take, giveBack };
}

const timesOf = ({ body }: { body: { items: { publishAt: string }[] } }) =>
  body.items.map(({ publishAt }) => publishAt);
const [first, second, third] = ['2030-01-01T12:30:00.000Z', '2030-01-04T18:00:00.000Z', '2030-01-08T12:30:00.000Z'];

describe('GET /connections/{connectionId}/slots/free', () => {
  test('answers the next slots that no post has, in order', async () => {
    const { list, take, giveBack } = await setup();
    expect(timesOf(await list('3'))).toEqual([first, second, third]);
    await take(second ?? '');
    expect(timesOf(await list('2'))).toEqual([first, third]);
    await giveBack(second ?? '');
    expect(timesOf(await list('2'))).toEqual([first, second]);
  });

  test('tells the local time of each, and what the clocks did to it', async () => {
    const { list } = await setup([{ day: 'sun', time: '01:30' }]);
    const { body } = await list('50');
    expect(body.items).toContainEqual({
      publishAt: '2030-03-31T01:30:00.000Z',
      localTime: '2030-03-31T01:30',
      adjusted: 'gap',
    });
  });

  test('looks on past many that are taken, a year ahead', async () => {
    const { list, take } = await setup(
      (['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => ({ ...lunch, day })),
    );
    const all = timesOf(await list('50'));
    for (const at of all) await take(at);
    const others = timesOf(await list('50'));
    expect(others).toHaveLength(50);
    expect(others.filter((at) => all.includes(at))).toEqual([]);
  });

  test('has fewer when there are no more within a year, and none without slots', async () => {
    const { list } = await setup([lunch]);
    expect(timesOf(await list('50'))).toHaveLength(50);
    expect(timesOf(await (await setup([])).list())).toEqual([]);
  });

  test('leaves out the slot that is about to pass', async () => {
    const { list } = await setup([{ day: 'tue', time: '12:01' }]);
    expect(timesOf(await list('1'))).toEqual(['2030-01-08T12:01:00.000Z']);
  });

  test.each(['0', '51', 'many'])('takes no limit of %s', async (limit) => {
    expect(await (await setup()).list(limit)).toMatchObject({ status: 422, body: { code: 'input.invalid' } });
  });

  test('finds no connection of another team', async () => {
    const { list } = await setup();
    expect(await list('1', newId('conn'))).toMatchObject({ status: 404, body: { code: 'connection.not_found' } });
  });
});
