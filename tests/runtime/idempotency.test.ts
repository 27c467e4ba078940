import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { Fault } from '../../functions/runtime/fault.ts';
import { idempotency, type KeptReply } from '../../functions/runtime/idempotency.ts';
import { noon } from '../support/posts.ts';
import { freshTable } from '../support/table.ts';

const request = { owner: 'TEAM#team_1', key: 'k1', operation: 'createPost {}', content: '{"text":"hi"}' };
const day = 24 * 3600;

async function setup() {
  const table = await freshTable();
  let at = noon;
  let runs = 0;
  const requests = idempotency(table, () => at);
  const reply = async (): Promise<KeptReply> => ({
    statusCode: 201,
    headers: { 'x-request-id': 'r1' },
    body: `run ${++runs}`,
  });
  const once = async (keyed: typeof request, run: () => Promise<KeptReply>) => {
    const taken = await requests.take(keyed);
    if ('reply' in taken) return taken.reply;
    const made = await run();
    await taken.settle(made);
    return made;
  };
  const send = (other: Partial<typeof request> = {}, run = reply) =>
    once({ ...request, ...other }, run).catch((error) => (error instanceof Fault ? error.entry.code : error));
  const pass = (seconds: number) => {
    at = addSeconds(at, seconds);
  };
  return { table, send, pass, runs: () => runs };
}
const replayed = { statusCode: 201, headers: { 'x-request-id': 'r1', 'idempotent-replayed': 'true' }, body: 'run 1' };

describe('Idempotency-Key', () => {
  test('gives the same reply word for word, without running again', async () => {
    const { send, runs } = await setup();
    expect(await send()).toEqual({ statusCode: 201, headers: { 'x-request-id': 'r1' }, body: 'run 1' });
    expect(await send()).toEqual(replayed);
    expect(runs()).toBe(1);
  });

  test.each([429, 503])('keeps no %i: it asks to try again, by the same key', async (statusCode) => {
    const { table, send, runs } = await setup();
    expect(await send({}, async () => ({ statusCode, headers: {} }))).toMatchObject({ statusCode });
    expect(await table.rows()).toEqual([]);
    expect(await send()).toMatchObject({ statusCode: 201 });
    expect(runs()).toBe(1);
  });

  test('keeps a reply without a body, and a refusal', async () => {
    const { send } = await setup();
    const gone = { statusCode: 404, headers: {} };
    await send({}, async () => ({ ...gone, body: '' }));
    await send({ key: 'k2' }, () => Promise.resolve(JSON.parse('{"statusCode":204,"headers":{}}')));
    expect(await send()).toMatchObject({ statusCode: 404 });
    expect(await send({ key: 'k2' })).toEqual({ statusCode: 204, headers: { 'idempotent-replayed': 'true' } });
  });

  test.each([
    ['another body', { content: '{"text":"ho"}' }],
    ['another operation', { operation: 'publishPost {}' }],
  ])('is refused with %s', async (_, other) => {
    const { send, runs } = await setup();
    await send();
    expect(await send(other)).toBe('idempotency.key_reused');
    expect(runs()).toBe(1);
  });

  test.each([
    ['another key', { key: 'k2' }],
    ['another owner', { owner: 'TEAM#team_2' }],
  ])('of %s is another request', async (_, other) => {
    const { send, runs } = await setup();
    await send();
    await send(other);
    expect(runs()).toBe(2);
  });

  test('lets one of many requests run, and says to the others that it does', async () => {
    const { send, runs } = await setup();
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { statusCode: 201, headers: {}, body: 'slow' };
    };
    const replies = await Promise.all(Array.from({ length: 8 }, () => send({}, slow)));
    expect(replies.filter((reply) => reply.body === 'slow')).toHaveLength(1);
    expect(replies.filter((reply) => reply === 'idempotency.in_progress')).toHaveLength(7);
    expect(runs()).toBe(0);
  });

  test('stays taken when its run died: nobody knows what it did', async () => {
    const { send } = await setup();
    const broken = new Error('broken');
    expect(await send({}, () => Promise.reject(broken))).toBe(broken);
    expect(await send()).toBe('idempotency.in_progress');
  });

  test('is forgotten after a day, to the second, even while its row is there', async () => {
    const { send, pass, runs, table } = await setup();
    await send();
    pass(day - 1);
    expect(await send()).toEqual(replayed);
    pass(1);
    expect(await send()).toMatchObject({ body: 'run 2' });
    expect(await send()).toMatchObject({ body: 'run 2' });
    expect(runs()).toBe(2);
    expect(await table.rows()).toMatchObject([{ expiresAt: noon.getTime() / 1000 + 2 * day }]);
  });

  test('that was forgotten lets one of many requests run again', async () => {
    const { send, pass } = await setup();
    await send();
    pass(day);
    const replies = await Promise.all(Array.from({ length: 8 }, () => send()));
    const others = replies.filter((reply) => reply !== 'idempotency.in_progress');
    expect(new Set(others.map(({ body }) => body))).toEqual(new Set(['run 2']));
  });

  test('stores no key in the clear', async () => {
    const { send, table } = await setup();
    await send({ key: 'secret-key' });
    expect(JSON.stringify(await table.rows())).not.toContain('secret-key');
  });
});
