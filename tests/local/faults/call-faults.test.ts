import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { httpHop } from '../../../local/engines/http-hop.ts';
import { createTables } from '../../../local/engines/tables.ts';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import { faultsOf } from '../../../local/faults/faults.ts';
import { frontDoor } from '../../../local/front-door/front-door.ts';
import { engineService } from '../../../local/front-door/services.ts';
import { readStatements } from '../../../local/front-door/statements.ts';
import { usageRecord } from '../../../local/front-door/usage.ts';
import { holdServer } from '../../../local/held-server.ts';
import { resourcesOf } from '../resources-of.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const region = 'us-east-1';
let tables = 0;

/** A table on the real engine behind a door with faults, and two SDK clients: of a function, and of the runner. */
async function setup(calls: FaultPlan['calls'], maxAttempts = 1) {
  const faults: string[] = [];
  const TableName = `faults-${process.pid}-${tables++}`;
  const hop = httpHop(inject('dynamoUrl'));
  const keys = { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] };
  const properties = { TableName, ...keys, KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] };
  await createTables(resourcesOf({ Table: { type: 'AWS::DynamoDB::Table', properties } }), hop.send);
  const statements = readStatements({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
  const principals = new Map([['AKIAFN', { name: 'stack-PublishLane-1', roleArn: 'arn:role', statements }]]);
  const plan = faultsOf({ seed: 1, calls }, (fault) => faults.push(fault));
  const engine = engineService(hop.send);
  const services = plan.services({ dynamodb: engine, sqs: engine }, (key = '') => principals.get(key)?.name);
  const server = await holdServer({ wanted: undefined, usual: 0 });
  const landscape = { region, account: '0', keyArn: () => '', secretArn: () => undefined };
  server.serve(
    frontDoor({ principals, rootKeyId: 'ROOT', services, landscape, usage: usageRecord(), onProblem: () => {} }),
  );
  cleanups.push(server.close, hop.close);
  const config = (accessKeyId: string) => ({
    endpoint: server.url,
    region,
    maxAttempts,
    credentials: { accessKeyId, secretAccessKey: 'x' },
  });
  const [own, root] = [new DynamoDBClient(config('AKIAFN')), new DynamoDBClient(config('ROOT'))];
  const put = (pk: string, client = own) =>
    client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } })).then(
      () => 'done',
      ({ name }: Error) => name,
    );
  const isThere = async (pk: string) =>
    (await root.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).Item !== undefined;
  return { put, root, isThere, faults, queue: new SQSClient(config('AKIAFN')) };
}

describe('AWS calls under a plan of faults', () => {
  test.each([
    ['failed', 'InternalServerError', false],
    ['done_but_failed', 'InternalServerError', true],
    ['throttled', 'ProvisionedThroughputExceededException', false],
  ] as const)('%s: answers %s, and that the write happened is %s', async (how, name, isWritten) => {
    const { put, isThere, faults } = await setup([{ call: 'dynamodb:PutItem', how, nth: 2 }]);
    expect([await put('a'), await put('b'), await put('c')]).toEqual(['done', name, 'done']);
    expect([await isThere('a'), await isThere('b'), await isThere('c')]).toEqual([true, isWritten, true]);
    expect(faults).toEqual([`stack-PublishLane-1: dynamodb:PutItem ${how}`]);
  });

  test.each(['failed', 'throttled'] as const)('%s once, they are tried again by the SDK', async (how) => {
    const { put, isThere } = await setup([{ call: 'dynamodb:*', how, nth: 1 }], 2);
    expect([await put('a'), await isThere('a')]).toEqual(['done', true]);
  });

  test('fail in the functions that the plan names, and never for the runner', async () => {
    const { put, root } = await setup([{ call: '*', in: 'PublishLane', how: 'failed', chance: 1 }]);
    expect([await put('a'), await put('a', root)]).toEqual(['InternalServerError', 'done']);
    const other = await setup([{ call: '*', in: 'CreatePost', how: 'failed', chance: 1 }]);
    expect(await other.put('a')).toBe('done');
  });

  test('of other services are throttled in their own words', async () => {
    const { queue } = await setup([{ call: 'sqs:*', how: 'throttled', chance: 1 }]);
    const send = queue.send(new SendMessageCommand({ QueueUrl: 'http://x/0/q', MessageBody: 'x' }));
    await expect(send).rejects.toMatchObject({ name: 'RequestThrottled' });
  });
});
