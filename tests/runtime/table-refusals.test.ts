import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { ConditionFailed, documentClient, tableOn } from '../../functions/runtime/table.ts';
import { startService } from '../support/aws-service.ts';

type Answer = Parameters<typeof startService>[0];

/** The table over answers that the local engine does not give on demand. */
async function tableOver(answer: Answer) {
  const { url, calls } = await startService(answer);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: url, region: 'eu-central-1', credentials, maxAttempts: 1 });
  return { calls, table: tableOn(documentClient(client), 'things') };
}

const keyOf = (sk: string) => ({ pk: 'A', sk });
const stored = (sk: string) => ({ pk: { S: 'A' }, sk: { S: sk } });
const cancelled = (...codes: string[]) => ({
  error: 'TransactionCanceledException',
  details: { CancellationReasons: codes.map((Code) => ({ Code })) },
});

describe('table: answers in part', () => {
  test('asks again for keys that a throttled read left out', async () => {
    const { table, calls } = await tableOver(({ input }) => {
      const [first, ...left] = Object(input.RequestItems).things.Keys;
      const UnprocessedKeys = left.length > 0 ? { things: { Keys: left } } : {};
      return { output: { Responses: { things: [first] }, UnprocessedKeys } };
    });
    const rows = await table.getMany(['1', '2', '3'].map(keyOf));
    expect(rows).toEqual(['1', '2', '3'].map(keyOf));
    expect(calls).toHaveLength(3);
  });

  test('fails rather than leave out a row', async () => {
    const { table } = await tableOver(() => ({
      output: { Responses: {}, UnprocessedKeys: { things: { Keys: [stored('1')] } } },
    }));
    await expect(table.getMany([keyOf('1')])).rejects.toThrow('1 keys were not read');
  });
});

describe('table: refusals', () => {
  test('tries a transaction again that met another one, and gives up in the end', async () => {
    let conflicts = 2;
    const { table, calls } = await tableOver(() =>
      conflicts-- > 0 ? cancelled('None', 'TransactionConflict') : { output: {} },
    );
    const writes = [{ delete: keyOf('1') }, { delete: keyOf('2') }];
    await table.transact(writes);
    expect(calls).toHaveLength(3);
    conflicts = 100;
    await expect(table.transact(writes)).rejects.toThrow('transaction cancelled');
    expect(calls).toHaveLength(3 + 6);
  });

  test('tells nothing of the stored rows where an error may be logged', async () => {
    const { table } = await tableOver(() => ({ error: 'ConditionalCheckFailedException' }));
    const refused = await table.delete(keyOf('1'), { pk: 'present' }).catch((error) => error);
    expect(refused.cause).toBeUndefined();
  });

  test('does not try again what a condition refused', async () => {
    const { table, calls } = await tableOver(() => cancelled('TransactionConflict', 'ConditionalCheckFailed'));
    const refused = await table.transact([{ delete: keyOf('1') }, { delete: keyOf('2') }]).catch((error) => error);
    expect(refused).toBeInstanceOf(ConditionFailed);
    expect([...refused.rows]).toEqual([[1, undefined]]);
    expect(calls).toHaveLength(1);
  });

  test.each(['ValidationError', 'ThrottlingError'])('passes on %s', async (code) => {
    const { table, calls } = await tableOver(() => cancelled(code));
    await expect(table.transact([{ delete: keyOf('1') }])).rejects.toThrow(`transaction cancelled: ${code}`);
    expect(calls).toHaveLength(1);
  });

  test('passes on that there is no table', async () => {
    const { table } = await tableOver(() => ({ error: 'ResourceNotFoundException' }));
    await expect(table.insert({ ...keyOf('1'), entity: 'thing' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(table.transact([{ delete: keyOf('1') }])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('knows a failed condition without its row', async () => {
    const { table } = await tableOver(() => ({ error: 'ConditionalCheckFailedException' }));
    const refused = await table.delete(keyOf('1'), { pk: 'present' }).catch((error) => error);
    expect(refused).toBeInstanceOf(ConditionFailed);
    expect([...refused.rows]).toEqual([[0, undefined]]);
  });
});
