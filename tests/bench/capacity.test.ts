import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { consumedBy, tellingCapacity, totalOf } from './capacity.ts';

const get = new GetCommand({ TableName: 'table', Key: { pk: 'a', sk: '1' } });
const put = new PutCommand({ TableName: 'table', Item: { pk: 'a', sk: '1' } });
const transact = new TransactWriteCommand({ TransactItems: [] });

describe('consumed capacity', () => {
  test('is asked for without touching the command', () => {
    expect(tellingCapacity(put)).toBeInstanceOf(PutCommand);
    expect(tellingCapacity(put).input).toEqual({ ...put.input, ReturnConsumedCapacity: 'TOTAL' });
    expect(put.input).not.toHaveProperty('ReturnConsumedCapacity');
  });

  test('is of reads or of writes, of one table or of several', () => {
    expect(consumedBy(get, { ConsumedCapacity: { CapacityUnits: 0.5 } })).toEqual({ read: 0.5, write: 0 });
    expect(consumedBy(put, { ConsumedCapacity: { CapacityUnits: 3 } })).toEqual({ read: 0, write: 3 });
    const parts = { ConsumedCapacity: [{ CapacityUnits: 8 }, { CapacityUnits: 2 }] };
    expect(consumedBy(transact, parts)).toEqual({ read: 0, write: 10 });
  });

  test('of a write that was refused is one', () => {
    expect(consumedBy(put)).toEqual({ read: 0, write: 1 });
    expect(consumedBy(get)).toEqual({ read: 0, write: 0 });
  });

  test('adds up', () => {
    expect(totalOf([])).toEqual({ read: 0, write: 0 });
    expect(totalOf([consumedBy(put), consumedBy(get, { ConsumedCapacity: { CapacityUnits: 1 } })])).toEqual({
      read: 1,
      write: 1,
    });
  });
});
