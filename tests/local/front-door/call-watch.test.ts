import { describe, expect, test } from 'vitest';
import type { AwsCall } from '../../../local/front-door/aws-call.ts';
import { type WatchedCall, watchedServices } from '../../../local/front-door/call-watch.ts';

/** What the table was asked, and what is told of the call, when its engine answers so. */
async function watchedTable(call: Pick<AwsCall, 'action' | 'input'>, answer: object, status = 200) {
  const told: WatchedCall[] = [];
  const bodies: string[] = [];
  const services = watchedServices(
    {
      dynamodb: async ({ message }) => {
        bodies.push(message.body.toString());
        return { status, headers: {}, body: Buffer.from(JSON.stringify(answer)) };
      },
    },
    { functionOf: (key) => (key === 'AKIAFN' ? 'publishLane' : undefined), watch: (one) => told.push(one) },
  );
  const message = { method: 'POST', path: '/', headers: {}, body: Buffer.from(JSON.stringify(call.input)) };
  const reply = await services.dynamodb?.({ ...call, service: 'dynamodb', accessKeyId: 'AKIAFN', message });
  return { told, asked: JSON.parse(bodies[0] ?? '{}'), reply };
}

describe('a watched service', () => {
  test('tells who called what, and what it consumed', async () => {
    const { told, asked, reply } = await watchedTable(
      { action: 'GetItem', input: { TableName: 'table' } },
      { Item: {}, ConsumedCapacity: { TableName: 'table', CapacityUnits: 0.5 } },
    );
    expect(asked).toEqual({ TableName: 'table', ReturnConsumedCapacity: 'TOTAL' });
    expect(reply?.status).toBe(200);
    const call = { function: 'publishLane', service: 'dynamodb', action: 'GetItem', input: { TableName: 'table' } };
    expect(told).toEqual([{ ...call, status: 200, consumed: { read: 0.5, write: 0 } }]);
  });

  test('adds up what a call consumed of several tables', async () => {
    const units = [{ CapacityUnits: 8 }, { CapacityUnits: 2 }];
    const { told } = await watchedTable({ action: 'TransactWriteItems', input: {} }, { ConsumedCapacity: units });
    expect(told[0]?.consumed).toEqual({ read: 0, write: 10 });
  });

  test.each([
    ['UpdateItem', {}, 1],
    ['TransactWriteItems', { TransactItems: [{}, {}] }, 4],
    ['GetItem', {}, 0],
  ])('takes a refused %s for what AWS asks for it', async (action, input, units) => {
    const { told } = await watchedTable({ action, input }, { __type: 'ConditionalCheckFailedException' }, 400);
    expect(told[0]).toMatchObject({ status: 400, consumed: { read: 0, write: units } });
  });

  test('says nothing of units where there are none', async () => {
    const { told } = await watchedTable({ action: 'DescribeTable', input: {} }, { Table: {} });
    expect(told[0]?.consumed).toEqual({ read: 0, write: 0 });
  });
});
