import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createQueues, startFauxqs } from '../../../local/engines/fauxqs.ts';
import { callJson } from '../../../local/engines/json-rpc.ts';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import { faultsOf } from '../../../local/faults/faults.ts';
import { queueClient } from '../../../local/triggers/queue-client.ts';
import { resourcesOf } from '../resources-of.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const Count = z.object({ Attributes: z.record(z.string(), z.coerce.number()) });

async function setup(messages: FaultPlan['messages']) {
  const faults: string[] = [];
  const fauxqs = await startFauxqs();
  cleanups.push(fauxqs.stop);
  const resources = resourcesOf({ Jobs: { type: 'AWS::SQS::Queue', properties: { QueueName: 'jobs' } } });
  await createQueues(resources, fauxqs.send);
  const plain = queueClient(fauxqs.send);
  const queues = faultsOf({ seed: 1, messages }, (fault) => faults.push(fault)).queues(plain);
  const left = async () => {
    const input = {
      QueueUrl: 'http://x/0/jobs',
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    };
    const { Attributes } = await callJson(fauxqs.send, { target: 'AmazonSQS.GetQueueAttributes', input }, Count);
    return Attributes;
  };
  const send = async (...bodies: number[]) => {
    for (const body of bodies) await plain.send(queueArn, { body });
  };
  /** Bodies as they come, with the milliseconds since the first call. */
  const receive = async (count: number) => {
    const startedAt = Date.now();
    const received: { body: number; ms: number }[] = [];
    while (received.length < count)
      for (const { Body } of await queues.receive(queueArn, 1))
        received.push({ body: JSON.parse(Body).body, ms: Date.now() - startedAt });
    return received;
  };
  return { send, receive, left, faults, queues };
}

const bodies = (received: { body: number }[]) => received.map(({ body }) => body);

describe('messages under a plan of faults', () => {
  test('get lost', async () => {
    const { send, receive, left, faults } = await setup([{ how: 'lost', nth: 2 }]);
    await send(1, 2, 3);
    expect(bodies(await receive(2))).toEqual([1, 3]);
    expect(await left()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: 2, ApproximateNumberOfMessages: 0 });
    expect(faults).toEqual(['jobs: a message lost: {"body":2}']);
  });

  test('come twice', async () => {
    const { send, receive } = await setup([{ how: 'doubled', nth: 1, ms: 100 }]);
    await send(1, 2);
    expect(bodies(await receive(3)).toSorted()).toEqual([1, 1, 2]);
  });

  test('come late, though nothing else arrives meanwhile', async () => {
    const { send, receive } = await setup([{ how: 'delayed', nth: 1, ms: 400 }]);
    await send(1);
    const [late] = await receive(1);
    expect(late?.body).toBe(1);
    expect(late?.ms).toBeGreaterThan(10);
    expect(late?.ms).toBeLessThan(600);
  });

  test('come after the next one', async () => {
    const { send, receive } = await setup([{ how: 'swapped', nth: 1, ms: 5_000 }]);
    await send(1, 2, 3);
    expect(bodies(await receive(3))).toEqual([2, 1, 3]);
  });

  test('that wait for a next one in vain come all the same', async () => {
    const { send, receive } = await setup([{ how: 'swapped', nth: 1, ms: 200 }]);
    await send(1);
    expect((await receive(1))[0]?.ms).toBeGreaterThanOrEqual(199);
  });

  test('of queues that the plan does not name are left alone', async () => {
    const { send, receive, faults } = await setup([{ how: 'lost', in: 'publish', chance: 1 }]);
    await send(1, 2);
    expect(bodies(await receive(2))).toEqual([1, 2]);
    expect(faults).toEqual([]);
  });

  test('are sent as ever', async () => {
    const { queues, receive } = await setup([{ how: 'lost', nth: 9 }]);
    await queues.send(queueArn, { body: 7 });
    expect(bodies(await receive(1))).toEqual([7]);
  });
});
