import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { workers } from '../../functions/runtime/contract.ts';
import { maxDelaySeconds, workQueue } from '../../functions/runtime/queue.ts';
import { stubEnvironment } from '../support/aws-service.ts';

const { paintThing } = workers('sample', {
  paintThing: {
    summary: 'Paints a thing',
    queue: 'publish',
    body: z.strictObject({ id: z.string(), colour: z.string().default('red') }),
    needs: [],
  },
});
const queue = workQueue(paintThing);
let engine: Awaited<ReturnType<typeof startFauxqs>>;
let made = 0;

beforeAll(async () => {
  engine = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => engine.stop());

/** A new queue that `PUBLISH_QUEUE_URL` names; tells what lies in it. */
function freshQueue() {
  const { queueName } = engine.createQueue(`queue-${made++}`, { region: 'eu-central-1' });
  stubEnvironment({
    AWS_ENDPOINT_URL_SQS: engine.address,
    PUBLISH_QUEUE_URL: `${engine.address}/000000000000/${queueName}`,
  });
  return () => {
    const { ready = [], delayed = [] } = engine.inspectQueue(queueName)?.messages ?? {};
    const bodies = ready.map(({ body }) => JSON.parse(body));
    return { bodies, delays: delayed.map(({ delayUntil = 0, sentTimestamp }) => (delayUntil - sentTimestamp) / 1000) };
  };
}

describe('queue', () => {
  test('takes messages as their schema has them', async () => {
    const lies = freshQueue();
    await queue.send([{ body: { id: 'a' } }, { body: { id: 'b', colour: 'blue' } }]);
    expect(lies().bodies).toEqual([
      { id: 'a', colour: 'red' },
      { id: 'b', colour: 'blue' },
    ]);
  });

  test.each([0, 1, 10, 11, 25])('takes %i messages', async (count) => {
    const lies = freshQueue();
    const ids = Array.from({ length: count }, (_, number) => String(number));
    await queue.send(ids.map((id) => ({ body: { id } })));
    expect(lies().bodies.map(({ id }) => id)).toEqual(ids);
  });

  test('holds messages back for whole seconds, rounded down, and no longer than SQS can', async () => {
    const lies = freshQueue();
    await queue.send([5.9, maxDelaySeconds, 86_400].map((delaySeconds) => ({ body: { id: 'a' }, delaySeconds })));
    expect(lies().delays.map(Math.round)).toEqual([5, 900, 900]);
  });

  test.each([0, 0.9, -30, undefined])('gives out at once what is delayed by %s', async (delaySeconds) => {
    const lies = freshQueue();
    await queue.send([{ body: { id: 'a' }, ...(delaySeconds !== undefined && { delaySeconds }) }]);
    expect(lies()).toMatchObject({ bodies: [{ id: 'a' }], delays: [] });
  });

  test('gets nothing of a batch with a message that does not fit', async () => {
    const lies = freshQueue();
    const wrong = JSON.parse('{"id":1}');
    await expect(queue.send([{ body: { id: 'a' } }, { body: wrong }])).rejects.toThrow(z.ZodError);
    expect(lies().bodies).toEqual([]);
  });

  test('that is not there is an error', async () => {
    freshQueue();
    stubEnvironment({ PUBLISH_QUEUE_URL: `${engine.address}/000000000000/missing` });
    await expect(queue.send([{ body: { id: 'a' } }])).rejects.toThrow();
  });
});
