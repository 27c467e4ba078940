import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { dueIndex, notDue } from '../../functions/runtime/due-index.ts';
import { freshTable } from '../support/table.ts';

const noon = new Date('2030-01-01T12:00:00.000Z');
const oneShard = dueIndex('DUE', 1);

async function setup(due = oneShard) {
  const table = await freshTable();
  const plan = (id: string, secondsFromNoon: number) =>
    table.put({
      pk: id,
      sk: 'X',
      entity: 'thing',
      v: 1,
      ...due.keys(id, addSeconds(noon, secondsFromNoon).toISOString()),
    });
  const idsDue = async (until: Date, limit = 10, shard = 0) =>
    (await due.list(table, { shard, until, limit })).map(({ pk }) => pk);
  return { table, plan, idsDue };
}

describe('due index', () => {
  test('lists what is due, the oldest first, the very moment included', async () => {
    const { plan, idsDue } = await setup();
    await plan('later', 0.001);
    await plan('now', 0);
    await plan('late', -3600);
    expect(await idsDue(noon)).toEqual(['late', 'now']);
    expect(await idsDue(noon, 1)).toEqual(['late']);
  });

  test('keeps kinds of work apart', async () => {
    const { table, plan } = await setup();
    await plan('a', 0);
    expect(await dueIndex('METRICS', 1).list(table, { shard: 0, until: noon, limit: 10 })).toEqual([]);
  });

  test('forgets a row that is taken out and finds one that moved', async () => {
    const { table, plan, idsDue } = await setup();
    await plan('a', 0);
    await plan('a', 60);
    expect(await idsDue(noon)).toEqual([]);
    expect(await idsDue(addSeconds(noon, 60))).toEqual(['a']);
    await table.update({ pk: 'a', sk: 'X' }, { set: notDue });
    expect(await idsDue(addSeconds(noon, 60))).toEqual([]);
  });

  test('puts an id into one of its shards, always the same', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (id, shards) => {
        const due = dueIndex('DUE', shards);
        const { gsi1pk } = due.keys(id, 'a');
        expect(gsi1pk).toBe(due.keys(id, 'b').gsi1pk);
        expect(Number(gsi1pk.replace('DUE#', ''))).toBeLessThan(shards);
      }),
    );
  });

  test('spreads ids over its shards', () => {
    const due = dueIndex('DUE', 4);
    const used = new Set(Array.from({ length: 100 }, (_, number) => due.keys(`post_${number}`, 'a').gsi1pk));
    expect(used.size).toBe(4);
  });
});
