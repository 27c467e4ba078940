import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { expireAll } from '../../../local/engines/expiry.ts';
import { httpHop } from '../../../local/engines/http-hop.ts';
import { callJson } from '../../../local/engines/json-rpc.ts';
import { createTables } from '../../../local/engines/tables.ts';
import { resourcesOf } from '../resources-of.ts';

const { send } = httpHop(inject('dynamoUrl'));
let TableName = '';
beforeEach(() => {
  TableName = `tables-${randomUUID()}`;
});

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
const keyOn = (name: string) => [{ AttributeName: name, KeyType: 'HASH' }];
const index = (name: string) => ({ IndexName: name, KeySchema: keyOn(name), Projection: { ProjectionType: 'ALL' } });

const tableWith = (indexes: string[]) =>
  resourcesOf({
    Table: {
      type: 'AWS::DynamoDB::Table',
      properties: {
        TableName,
        AttributeDefinitions: ['pk', ...indexes].map(text),
        KeySchema: keyOn('pk'),
        GlobalSecondaryIndexes: indexes.map(index),
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    },
  });

const Described = z.object({
  Table: z.looseObject({ GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })) }),
});
const call = <Schema extends z.ZodType>(action: string, input: object, answer: Schema) =>
  callJson(send, { target: `DynamoDB_20120810.${action}`, input: { TableName, ...input } }, answer);
const put = (pk: string, more: object = {}) => call('PutItem', { Item: { pk: { S: pk }, ...more } }, z.unknown());

describe('tables of the template', () => {
  test('are made with indexes and stream', async () => {
    expect(await createTables(tableWith(['one']), send)).toEqual([TableName]);
    const { Table } = await call('DescribeTable', {}, Described);
    expect(Table).toMatchObject({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } });
    expect(Table.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName)).toEqual(['one']);
  });

  test('that are there keep their rows and get the indexes they lack', async () => {
    await createTables(tableWith(['one']), send);
    await put('kept', { two: { S: 'x' } });
    expect(await createTables(tableWith(['one', 'two']), send)).toEqual([]);
    const query = {
      IndexName: 'two',
      KeyConditionExpression: 'two = :x',
      ExpressionAttributeValues: { ':x': { S: 'x' } },
    };
    await expect.poll(() => call('Query', query, z.object({ Count: z.number() }))).toEqual({ Count: 1 });
  });

  test('lose rows past their time, and no others', async () => {
    const resources = tableWith([]);
    await createTables(resources, send);
    const now = Date.UTC(2030, 0, 1);
    const seconds = (offset: number) => ({ expiresAt: { N: String(now / 1000 + offset) } });
    await Promise.all([put('past', seconds(-1)), put('now', seconds(0)), put('later', seconds(60)), put('never')]);
    await expireAll(resources, send, now);
    const { Items } = await call(
      'Scan',
      {},
      z.object({ Items: z.array(z.object({ pk: z.object({ S: z.string() }) })) }),
    );
    expect(Items.map(({ pk }) => pk.S).toSorted()).toEqual(['later', 'never', 'now']);
  });
});
