import { describe, expect, test } from 'vitest';
import { admitted, mayReadAhead, readAhead } from '../../functions/runtime/read-ahead.ts';
import { ConditionFailed } from '../../functions/runtime/table.ts';
import { freshTable } from '../support/table.ts';

const key = { pk: 'THING', sk: '1' };
const refused = new Error('refused');
const refuse = () => Promise.reject(refused);

describe('reading ahead', () => {
  test.each([
    ['a read, whatever it needs here', 'GET /things', ['table:get', 'users:sign-up'], true],
    ['a read that calls another host', 'GET /things', ['table:get', 'hosts'], false],
    ['a change of the table', 'PATCH /things', ['table:get', 'table:query:gsi1', 'table:put', 'limits', 'audit'], true],
    ['a change of the table that sends a message', 'POST /things', ['table:put', 'queue:publish'], true],
    ['a call of another host', 'POST /things', ['table:put', 'hosts'], false],
    ['a call of the user pool', 'POST /things', ['users:sign-up'], false],
    ['an attempt that is counted', 'POST /things', ['table:put', 'attempts'], false],
  ] as const)('%s', (_, route, needs, expected) => {
    expect(mayReadAhead({ route, needs })).toBe(expected);
  });

  test('gives rows at once, and writes none when the request is refused', async () => {
    const table = await freshTable();
    await table.insert({ ...key, entity: 'thing' });
    const never = new Promise<void>(() => undefined);
    expect(await readAhead(never, () => table.get(key))).toMatchObject(key);
    expect(await readAhead(never, () => table.getMany([key]))).toHaveLength(1);
    expect(await readAhead(never, () => table.query({ pk: key.pk, limit: 1 }))).toHaveLength(1);
    const other = { pk: 'THING', sk: '2', entity: 'thing' };
    const writes: (() => Promise<unknown>)[] = [
      () => table.insert(other),
      () => table.put(other),
      () => table.update(key, { set: { name: 'x' } }),
      () => table.delete(key),
      () => table.transact([{ insert: other }]),
    ];
    for (const write of writes) await expect(readAhead(refuse(), write)).rejects.toBe(refused);
    expect(await table.rows()).toEqual([{ ...key, entity: 'thing' }]);
  });

  test('writes once the request is admitted, and fails as it would have', async () => {
    const table = await freshTable();
    const row = { ...key, entity: 'thing' };
    const { promise, resolve } = Promise.withResolvers<void>();
    const inserting = readAhead(promise, () => table.insert(row));
    expect(await table.rows()).toEqual([]);
    resolve();
    await inserting;
    await expect(readAhead(promise, () => table.insert(row))).rejects.toBeInstanceOf(ConditionFailed);
  });

  test('keeps the wait of one request from another, and from what is outside of any', async () => {
    await expect(Promise.all([readAhead(refuse(), admitted), admitted()])).rejects.toBe(refused);
    await expect(Promise.all([readAhead(Promise.resolve(), admitted), admitted()])).resolves.toBeDefined();
  });

  test('bears a refusal that nothing waits for', async () => {
    expect(await readAhead(refuse(), async () => 'read')).toBe('read');
  });
});
