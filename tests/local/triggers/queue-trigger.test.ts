import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createQueues, startFauxqs } from '../../../local/engines/fauxqs.ts';
import { callJson } from '../../../local/engines/json-rpc.ts';
import type { FunctionPool } from '../../../local/functions/function-pool.ts';
import { InvocationFailed } from '../../../local/functions/invocation.ts';
import { readMappings } from '../../../local/triggers/mappings.ts';
import { queueClient } from '../../../local/triggers/queue-client.ts';
import { startQueueTrigger } from '../../../local/triggers/queue-trigger.ts';
import { resourcesOf } from '../resources-of.ts';

const Event = z.object({ Records: z.array(z.looseObject({ messageId: z.string(), body: z.string() })) });
type Handler = (event: z.infer<typeof Event>) => unknown;
const Count = z.object({ Attributes: z.record(z.string(), z.coerce.number()) });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function setup(handler: Handler, mapping: Record<string, unknown> = {}) {
  const resources = resourcesOf({
    Jobs: {
      type: 'AWS::SQS::Queue',
      properties: {
        QueueName: 'jobs',
        VisibilityTimeout: 1,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
      },
    },
    Dead: { type: 'AWS::SQS::Queue', properties: { QueueName: 'dead' } },
    Mapping: {
      type: 'AWS::Lambda::EventSourceMapping',
      properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
        FunctionName: 'fn',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ...mapping,
      },
    },
  });
  const fauxqs = await startFauxqs();
  await createQueues(resources, fauxqs.send);
  const queues = queueClient(fauxqs.send);
  const events: z.infer<typeof Event>[] = [];
  const problems: string[] = [];
  const pool: Pick<FunctionPool, 'invoke'> = {
    invoke: async (_, event) => {
      const parsed = Event.parse(JSON.parse(event));
      events.push(parsed);
      return JSON.stringify((await handler(parsed)) ?? null);
    },
  };
  const [read] = readMappings(resources, (name) => `arn:${name}`);
  if (read === undefined) throw new Error('no mapping');
  const send = async (...bodies: unknown[]) => {
    for (const body of bodies) await queues.send('arn:aws:sqs:us-east-1:000000000000:jobs', { body });
  };
  const left = async (queue: string) => {
    const input = {
      QueueUrl: `http://x/0/${queue}`,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    };
    const { Attributes } = await callJson(fauxqs.send, { target: 'AmazonSQS.GetQueueAttributes', input }, Count);
    return Object.values(Attributes).reduce((sum, each) => sum + each, 0);
  };
  const trigger = () => {
    const { stop } = startQueueTrigger(read, {
      pool: pool as FunctionPool,
      queues,
      onProblem: (text) => problems.push(text),
    });
    cleanups.push(stop, fauxqs.stop);
  };
  return { send, left, events, problems, trigger };
}

const bodies = ({ Records }: z.infer<typeof Event>) => Records.map(({ body }) => JSON.parse(body).body);

describe('a queue that invokes a function', () => {
  test('delivers a batch in the form of SQS and forgets what is done', async () => {
    const { send, left, events, trigger } = await setup(() => ({ batchItemFailures: [] }));
    await send(1, 2, 3);
    trigger();
    await expect.poll(() => left('jobs')).toBe(0);
    expect(events.flatMap(bodies)).toEqual([1, 2, 3]);
    expect(events[0]?.Records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:jobs',
      awsRegion: 'us-east-1',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) },
      messageAttributes: {},
      receiptHandle: expect.any(String),
      md5OfBody: expect.any(String),
    });
  });

  test('delivers again only what failed, and at last moves it to the dead letters', async () => {
    const failing: Handler = ({ Records }) => ({
      batchItemFailures: Records.filter(({ body }) => body.includes('bad')).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    });
    const { send, left, events, trigger } = await setup(failing);
    await send('good', 'bad');
    trigger();
    await expect.poll(() => left('dead'), { timeout: 8_000 }).toBe(1);
    expect(events.flatMap(bodies).toSorted()).toEqual(['bad', 'bad', 'good']);
    expect(await left('jobs')).toBe(0);
  });

  test.each<[string, Handler]>([
    ['fails', () => Promise.reject(new InvocationFailed({ type: 'Error', message: 'no' }))],
    ['reports a failure of somebody else', () => ({ batchItemFailures: [{ itemIdentifier: 'stranger' }] })],
    ['answers what is no report', () => ({ batchItemFailures: 'all' })],
  ])('keeps the whole batch when the function %s', async (_, handler) => {
    const { send, left, events, trigger } = await setup(handler);
    await send('a', 'b');
    trigger();
    await expect.poll(() => events.length).toBeGreaterThan(0);
    expect(await left('jobs')).toBe(2);
  });

  test('takes no more batches at once than it may', async () => {
    let now = 0;
    let most = 0;
    const slow: Handler = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 50));
      now -= 1;
    };
    const { send, left, trigger } = await setup(slow, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await send(1, 2, 3, 4, 5);
    trigger();
    await expect.poll(() => left('jobs'), { timeout: 5_000 }).toBe(0);
    expect(most).toBe(2);
  });

  test('drops what its filter does not want', async () => {
    const Pattern = JSON.stringify({ body: { body: ['wanted'] } });
    const { send, left, events, trigger } = await setup(() => undefined, {
      FilterCriteria: { Filters: [{ Pattern }] },
    });
    await send('wanted', 'other');
    trigger();
    await expect.poll(() => left('jobs')).toBe(0);
    expect(events.flatMap(bodies)).toEqual(['wanted']);
  });
});
