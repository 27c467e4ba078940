import { describe, expect, test } from 'vitest';
import { ConditionFailed } from '../../functions/runtime/table.ts';
import { freshTable } from '../support/table.ts';

const row = { pk: 'A', sk: '1', entity: 'thing', v: 1, state: 'new', count: 0 };

describe('table', () => {
  test('inserts a row once', async () => {
    const table = await freshTable();
    await table.insert(row);
    await expect(table.insert({ ...row, state: 'other' })).rejects.toBeInstanceOf(ConditionFailed);
    expect(await table.get(row)).toEqual(row);
  });

  test('gives the stored row with a failed condition', async () => {
    const table = await freshTable();
    await table.insert(row);
    const refused = await table.update(row, { set: { state: 'done' } }, { state: 'old' }).catch((error) => error);
    expect(refused).toBeInstanceOf(ConditionFailed);
    expect(refused.rows.get(0)).toEqual(row);
  });

  test('sets, removes and counts in one update, and does not make a row', async () => {
    const table = await freshTable();
    await table.insert(row);
    const changed = await table.update(row, { set: { state: undefined, name: 'x' }, add: { count: 2 } }, { count: 0 });
    expect(changed).toEqual({ pk: 'A', sk: '1', entity: 'thing', v: 1, name: 'x', count: 2 });
    await expect(table.update({ pk: 'A', sk: '2' }, { set: { state: 'x' } })).rejects.toBeInstanceOf(ConditionFailed);
  });

  test.each([
    ['equality', { state: 'new' }, true],
    ['one of', { state: { in: ['old', 'new'] } }, true],
    ['not', { state: { not: 'new' } }, false],
    ['at most', { count: { atMost: 0 } }, true],
    ['at least', { count: { atLeast: 1 } }, false],
    ['absent', { lease: 'absent' }, true],
    ['present', { lease: 'present' }, false],
  ] as const)('judges %s', async (_, holds, expected) => {
    const table = await freshTable();
    await table.insert(row);
    const outcome = table.delete(row, holds).then(
      () => true,
      () => false,
    );
    expect(await outcome).toBe(expected);
  });

  test('writes all of a transaction or nothing, and says which write was refused', async () => {
    const table = await freshTable();
    await table.insert(row);
    const writes = [
      { insert: { ...row, sk: '2' } },
      { update: row, change: { set: { state: 'x' } }, if: { state: 'old' } },
    ];
    const refused = await table.transact(writes).catch((error) => error);
    expect([...refused.rows.keys()]).toEqual([1]);
    expect(await table.rows()).toEqual([row]);
  });

  test('checks a row that a transaction leaves as it is', async () => {
    const table = await freshTable();
    await table.insert(row);
    const other = { insert: { ...row, sk: '2' } };
    await expect(table.transact([{ check: row, if: { state: 'old' } }, other])).rejects.toBeInstanceOf(ConditionFailed);
    expect(await table.rows()).toEqual([row]);
    await table.transact([{ check: row, if: { state: 'new' } }, other]);
    expect(await table.rows()).toHaveLength(2);
  });

  test('puts over a row, and deletes one, in a transaction', async () => {
    const table = await freshTable();
    await table.insert(row);
    await table.transact([{ put: { ...row, state: 'put' }, if: { state: 'new' } }]);
    expect(await table.get(row)).toMatchObject({ state: 'put' });
    await table.transact([{ delete: row, if: { state: 'put' } }]);
    expect(await table.get(row, { consistent: false })).toBeUndefined();
  });

  test('tries again when transactions touch the same row at once', async () => {
    const table = await freshTable();
    await table.insert(row);
    const count = () => table.transact([{ update: row, change: { add: { count: 1 } } }]);
    await Promise.all(Array.from({ length: 10 }, count));
    expect(await table.get(row)).toMatchObject({ count: 10 });
  });

  test('reads pages of a partition, forwards and backwards', async () => {
    const table = await freshTable();
    for (const sk of ['P#1', 'P#2', 'P#3', 'Q#1']) await table.insert({ ...row, sk, gsi2pk: 'L', gsi2sk: sk });
    const query = { pk: 'A', begins: 'P#', limit: 2 };
    expect((await table.query(query)).map(({ sk }) => sk)).toEqual(['P#1', 'P#2']);
    const after = { pk: 'A', sk: 'P#2' };
    expect((await table.query({ ...query, after })).map(({ sk }) => sk)).toEqual(['P#3']);
    expect((await table.query({ ...query, reverse: true, limit: 9 })).map(({ sk }) => sk)).toEqual([
      'P#3',
      'P#2',
      'P#1',
    ]);
    const due = await table.query({ index: 'gsi2', pk: 'L', atMost: 'P#2', limit: 9 });
    expect(due.map(({ sk }) => sk)).toEqual(['P#1', 'P#2']);
  });

  test('reads on where DynamoDB ends its answer at 1 MB', async () => {
    const table = await freshTable();
    const sks = Array.from({ length: 12 }, (_, number) => `P#${String(number).padStart(2, '0')}`);
    for (const sk of sks) await table.insert({ ...row, sk, text: 'x'.repeat(200_000) });
    const read = async (limit: number) => (await table.query({ pk: 'A', begins: 'P#', limit })).map(({ sk }) => sk);
    expect(await read(100)).toEqual(sks);
    expect(await read(10)).toEqual(sks.slice(0, 10));
  });

  test('reads many rows at once, those that exist', async () => {
    const table = await freshTable();
    const rows = Array.from({ length: 100 }, (_, number) => ({ ...row, sk: String(number).padStart(3, '0') }));
    for (const one of rows.slice(0, 99)) await table.insert(one);
    const found = await table.getMany(rows);
    expect(found.toSorted((one, other) => (String(one.sk) < String(other.sk) ? -1 : 1))).toEqual(rows.slice(0, 99));
    expect(await table.getMany([])).toEqual([]);
  });
});
