import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { cachedCheck, getReadiness } from '../../functions/operations/get-readiness.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { noon } from '../support/posts.ts';
import { send } from '../support/request.ts';

function setup(queue: () => Promise<unknown> = async () => 'fine') {
  const clock = { now: noon };
  const asked: string[] = [];
  const probe =
    (name: string, answer: () => Promise<unknown> = async () => 'fine') =>
    () => {
      asked.push(name);
      return answer();
    };
  const probes = {
    table: probe('table'),
    queue: probe('queue', queue),
    events: probe('events'),
    users: probe('users'),
  };
  const check = cachedCheck(probes, () => clock.now);
  const handler = endpoint(operationsContract.getReadiness, getReadiness, () => ({ check }));
  return { clock, asked, ask: () => send(handler, { caller: null }) };
}

describe('GET /health/ready', () => {
  test('names everything that the API stands on, with its state and latency', async () => {
    const { ask } = setup();
    expect(await ask()).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        dependencies: ['table', 'queue', 'events', 'users'].map((name) => ({ name, state: 'ok', ms: 0 })),
      },
    });
  });

  test('is 503 and says what fails', async () => {
    const { ask } = setup(async () => {
      throw new Error('no such queue, and a secret');
    });
    const reply = await ask();
    expect(reply).toMatchObject({ status: 503, body: { code: 'health.not_ready' } });
    expect(reply.body.errors).toContainEqual({ path: 'queue', code: 'health.not_ready', message: 'failed after 0 ms' });
    expect(JSON.stringify(reply.body)).not.toContain('secret');
  });

  test('gives up on what does not answer', async () => {
    const { ask } = setup(() => new Promise(() => undefined));
    expect(await ask()).toMatchObject({ status: 503 });
  });

  test('asks once in five seconds, however often it is called', async () => {
    const { ask, asked, clock } = setup();
    await Promise.all([ask(), ask(), ask()]);
    clock.now = addSeconds(noon, 4);
    await ask();
    expect(asked).toHaveLength(4);
    clock.now = addSeconds(noon, 5);
    await ask();
    expect(asked).toHaveLength(8);
  });
});
