import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type StackProcess, startStackProcess } from '../../../local/faults/stack-process.ts';

const Answer = z.object({ at: z.string(), remainingMs: z.number() });
const app = new URL('../fixture/app.ts', import.meta.url).href;
const dataDir = mkdtempSync(join(tmpdir(), 'killed-stack-'));
let stack: StackProcess | undefined;
afterAll(async () => {
  await stack?.stop();
  rmSync(dataDir, { recursive: true });
});

async function start(options: Omit<Parameters<typeof startStackProcess>[0], 'app' | 'dataDir'> = {}) {
  const faults: string[] = [];
  const running = await startStackProcess({ app, dataDir, ...options }, { onFault: (fault) => faults.push(fault) });
  stack = running;
  const config = { endpoint: running.awsUrl, region: running.region, credentials: running.credentials };
  const refOf = (type: string, id: string) =>
    running.resources.find((each) => each.type === type && each.id.startsWith(id))?.ref ?? '';
  const QueueUrl = refOf('AWS::SQS::Queue', 'Queue');
  const sqs = new SQSClient(config);
  const table = new DynamoDBClient(config);
  return {
    ...running,
    faults,
    send: (id: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ id }), DelaySeconds: 60 })),
    waiting: async () => {
      const AttributeNames = ['ApproximateNumberOfMessagesDelayed' as const];
      return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    },
    post: async (id: string) =>
      (await fetch(`${running.apiUrl}/notes`, { method: 'POST', body: JSON.stringify({ id }) })).status,
    echo: async () => Answer.parse(await (await fetch(`${running.apiUrl}/echo/fixed`)).json()),
    row: async (id: string) => {
      const Key = { pk: { S: `NOTE#${id}` }, sk: { S: 'NOTE' } };
      return (await table.send(new GetItemCommand({ TableName: refOf('AWS::DynamoDB::Table', 'Table'), Key }))).Item;
    },
  };
}

describe('a stack in a process of its own', () => {
  test('that is killed keeps its rows, and starts again with empty queues', async () => {
    const killed = await start();
    expect(await killed.post('n1')).toBe(201);
    await killed.send('n1');
    expect(await killed.waiting()).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
    await killed.kill();
    await expect(fetch(killed.apiUrl)).rejects.toThrow('fetch failed');

    const again = await start({ aheadMs: 3_600_000 });
    expect((await again.row('n1'))?.id?.S).toBe('n1');
    expect(await again.waiting()).toEqual({ ApproximateNumberOfMessagesDelayed: '0' });
    const { at, remainingMs } = await again.echo();
    expect(Date.parse(at) - Date.now()).toBeGreaterThan(3_500_000);
    expect(remainingMs).toBeGreaterThan(5_000);
    await again.stop();
  });

  test('meets a plan of faults, and tells of them', async () => {
    const { post, row, faults, stop } = await start({
      faults: {
        seed: 1,
        kills: [{ in: 'notes', at: 'after', call: 'dynamodb:TransactWriteItems', nth: 1 }],
        calls: [{ in: 'work', call: 'dynamodb:UpdateItem', how: 'failed', nth: 1 }],
        messages: [{ how: 'doubled', nth: 1, ms: 300 }],
        clock: { minuteMs: 1_000, freeze: { nth: 1, ms: 500 } },
      },
    });
    expect([await post('n2'), (await row('n2'))?.id?.S]).toEqual([500, 'n2']);
    expect(await post('n3')).toBe(201);
    await expect.poll(async () => (await row('n3'))?.worked?.N, { timeout: 10_000 }).toBe('2');
    const kinds = [
      /notes.*killed after dynamodb:Transact/,
      /work.*UpdateItem failed/,
      /message doubled/,
      /stand still/,
    ];
    for (const kind of kinds) await expect.poll(() => faults).toContainEqual(expect.stringMatching(kind));
    await stop();
  });

  test('that does not start says so', async () => {
    const nowhere = new URL('./nowhere.ts', import.meta.url).href;
    await expect(startStackProcess({ app: nowhere, quiet: true })).rejects.toThrow('the app does not build');
  });
});
