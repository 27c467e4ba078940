import { describe, expect, test } from 'vitest';
import { retrying } from '../../../clients/typescript/src/retrying.ts';
import { problem, scriptedApi } from './scripted-api.ts';

const url = 'https://api.example/v1/posts';
const read = () => new Request(url);
const keyed = () => new Request(url, { method: 'POST', headers: { 'idempotency-key': 'k1' }, body: '{}' });
const plain = () => new Request(url, { method: 'POST', body: '{}' });
const ok = { status: 200, body: {} };
const lost = new TypeError('fetch failed');

function setup(...script: Parameters<typeof scriptedApi>) {
  const { send, sent } = scriptedApi(...script);
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  return { send: retrying(send, { attempts: 3, longestWaitSeconds: 60, wait }), sent, waits };
}

describe('a request that the network lost', () => {
  test.each([
    ['a read', read],
    ['a POST with a key', keyed],
  ])('is sent again when it is %s, with growing pauses and the same content', async (_, request) => {
    const { send, sent, waits } = setup(lost, lost, ok);
    expect((await send(request())).status).toBe(200);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(waits).toEqual([250, 500]);
  });

  test('is not sent again when it would be done twice', async () => {
    const { send, sent } = setup(lost);
    await expect(send(plain())).rejects.toBe(lost);
    expect(sent).toHaveLength(1);
  });

  test('is given up after the last attempt', async () => {
    const { send, sent } = setup(lost);
    await expect(send(read())).rejects.toBe(lost);
    expect(sent).toHaveLength(3);
  });

  test('is given up when the caller has given up', async () => {
    const { send, sent } = setup(lost);
    await expect(send(new Request(url, { signal: AbortSignal.abort() }))).rejects.toThrow();
    expect(sent).toHaveLength(1);
  });
});

describe('a request that was refused for now', () => {
  const limited = (seconds: string) => problem(429, 'limit.requests_exceeded', { 'retry-after': seconds });

  test('is sent again when the time has come', async () => {
    const { send, sent, waits } = setup(limited('7'), ok);
    expect((await send(plain())).status).toBe(200);
    expect([sent.length, waits]).toEqual([2, [7000]]);
  });

  test('is the caller’s to decide on when it takes too long', async () => {
    const { send, sent } = setup(limited('3600'));
    expect((await send(read())).status).toBe(429);
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['the gateway is flooded', { status: 429, body: { message: 'Too Many Requests' } }, 2],
    ['the gateway had no answer in time', { status: 503, body: { message: 'Service Unavailable' } }, 2],
    ['an operation says when to come back', problem(503, 'health.not_ready', { 'retry-after': '1' }), 2],
    ['an operation does not say when', problem(503, 'connection.server_unreachable'), 1],
    [
      'it is an earlier reply, given again',
      problem(503, 'x.y', { 'retry-after': '1', 'idempotent-replayed': 'true' }),
      1,
    ],
    ['something is wrong with it', problem(422, 'input.invalid'), 1],
  ])('because %s', async (_, first, times) => {
    const { send, sent } = setup(first, ok);
    await send(keyed());
    expect(sent).toHaveLength(times);
  });

  test('waits for its own first attempt to end', async () => {
    const { send, sent } = setup(lost, problem(409, 'idempotency.in_progress'), ok);
    expect((await send(keyed())).status).toBe(200);
    expect(sent).toHaveLength(3);
  });

  test('is not sent again while another request has its key', async () => {
    const { send, sent } = setup(problem(409, 'idempotency.in_progress'));
    expect((await send(keyed())).status).toBe(409);
    expect(sent).toHaveLength(1);
  });
});
