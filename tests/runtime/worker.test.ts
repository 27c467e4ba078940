import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { workers } from '../../functions/runtime/contract.ts';
import { type Delivery, worker } from '../../functions/runtime/worker.ts';
import { lambdaContext, messageOf, sqsEvent } from '../support/lambda.ts';

const { paintThing } = workers('sample', {
  paintThing: {
    summary: 'Paints a thing',
    queue: 'publish',
    body: z.strictObject({ id: z.string(), colour: z.string().default('red') }),
    needs: [],
  },
});

/** Paints everything but what is called `broken`. */
function setup() {
  const painted: { id: string; colour: string }[] = [];
  const deliveries: Delivery[] = [];
  let made = 0;
  const handler = worker(
    paintThing,
    async (thing, tools: typeof painted, delivery) => {
      deliveries.push(delivery);
      if (thing.id === 'broken') throw new Error('cannot be painted');
      tools.push(thing);
    },
    () => {
      made += 1;
      return painted;
    },
  );
  return {
    painted,
    deliveries,
    run: (event: ReturnType<typeof sqsEvent>) => handler(event, lambdaContext),
    made: () => made,
  };
}

const failed = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('worker', () => {
  test('runs each message by itself, parsed', async () => {
    const { run, painted } = setup();
    expect(await run(sqsEvent({ id: 'a' }, { id: 'b', colour: 'blue' }))).toEqual(failed());
    expect(painted).toEqual([
      { id: 'a', colour: 'red' },
      { id: 'b', colour: 'blue' },
    ]);
  });

  test('gives back only the message that failed', async () => {
    const { run, painted } = setup();
    expect(await run(sqsEvent({ id: 'a' }, { id: 'broken' }, { id: 'c' }))).toEqual(failed('message-1'));
    expect(painted.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  test('gives back all of a batch in which all failed, without failing itself', async () => {
    const { run } = setup();
    expect(await run(sqsEvent({ id: 'broken' }, { id: 'broken' }))).toEqual(failed('message-0', 'message-1'));
  });

  test.each([
    ['is not JSON', 'paint it'],
    ['lacks a field', {}],
    ['has a field too many', { id: 'a', size: 1 }],
    ['is something else', ['a']],
  ])('gives back a message that %s and never runs it', async (_, body) => {
    const { run, painted, deliveries } = setup();
    expect(await run(sqsEvent({ id: 'a' }, body))).toEqual(failed('message-1'));
    expect([painted.length, deliveries.length]).toEqual([1, 1]);
  });

  test('tells how often a message has come', async () => {
    const { run, deliveries } = setup();
    await run(messageOf({ id: 'a' }, { receiveCount: 3 }));
    expect(deliveries).toEqual([{ messageId: 'message-0', receiveCount: 3 }]);
  });

  test('makes its tools once, for the first message that fits', async () => {
    const { run, made } = setup();
    await run(sqsEvent('no JSON'));
    expect(made()).toBe(0);
    await run(sqsEvent({ id: 'a' }, { id: 'b' }));
    await run(sqsEvent({ id: 'c' }));
    expect(made()).toBe(1);
  });
});
