import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { PlatformRefused } from '../../functions/platforms/adapter.ts';
import { ask, outcomeOf, read, retryAt, WebUrl } from '../../functions/platforms/answer.ts';
import { HostRefused } from '../../functions/runtime/hosts.ts';
import { NoAnswer } from '../../functions/runtime/http.ts';

const now = new Date('2030-01-01T00:00:00Z');
const answer = (headers: object, status = 429) => ({ status, headers: { ...headers }, body: '' });

describe('when a platform says to come back', () => {
  test.each([
    [{ 'retry-after': '30' }, '2030-01-01T00:00:30.000Z'],
    [{ 'retry-after': 'Tue, 01 Jan 2030 00:01:00 GMT' }, '2030-01-01T00:01:00.000Z'],
    [{ 'x-ratelimit-reset': '2030-01-01T00:05:00.123Z' }, '2030-01-01T00:05:00.123Z'],
    [{ 'ratelimit-reset': '1893456060' }, '2030-01-01T00:01:00.000Z'],
    [{ 'ratelimit-reset': '60' }, '2030-01-01T00:01:00.000Z'],
    [{ 'retry-after': '10', 'x-ratelimit-reset': '2030-01-01T00:05:00Z' }, '2030-01-01T00:00:10.000Z'],
  ])('%o is %s', (headers, at) => {
    expect(retryAt(answer(headers), now)?.toISOString()).toBe(at);
  });

  test.each([{}, { 'retry-after': 'soon' }, { 'retry-after': '0' }, { 'x-ratelimit-reset': '2029-01-01T00:00:00Z' }])(
    '%o says nothing',
    (headers) => {
      expect(retryAt(answer(headers), now)).toBeUndefined();
    },
  );
});

describe('when a platform that does not limit says to come back', () => {
  test('is what it asks for, not the time of its limit', () => {
    const headers = { 'x-ratelimit-reset': '2030-01-01T00:05:00Z' };
    expect(retryAt(answer(headers, 503), now)).toBeUndefined();
    expect(retryAt(answer({ ...headers, 'retry-after': '10' }, 503), now)).toEqual(new Date('2030-01-01T00:00:10Z'));
  });
});

describe('what comes of a call', () => {
  const fails = (error: Error) => async () => {
    throw error;
  };
  test.each([
    [new NoAnswer('n', { sent: false }), 'retry_later'],
    [new HostRefused('h'), 'target_gone'],
    [new PlatformRefused({ kind: 'reconnect', platformCode: null, message: 'r' }), 'reconnect'],
  ])('is a sure refusal after %o', async (error, kind) => {
    expect(await outcomeOf(fails(error))).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test('is unknown when the platform may have got it', async () => {
    const sent = new NoAnswer('no answer', { sent: true });
    expect(await outcomeOf(fails(sent))).toEqual({ kind: 'unknown', message: 'no answer' });
  });

  test('is not hidden when the fault is ours', async () => {
    const ours = new TypeError('ours');
    await expect(outcomeOf(fails(ours))).rejects.toBe(ours);
    await expect(ask(fails(ours), { method: 'GET', url: 'https://example.com' })).rejects.toBe(ours);
  });
});

describe('reading an answer', () => {
  const shape = z.object({ id: z.string() });
  test.each([
    ['{"id":"1","more":true}', { id: '1' }],
    ['{"id":1}', undefined],
    ['{"id":', undefined],
    ['', undefined],
  ])('%j gives %o', (body, parsed) => {
    expect(read(shape, { status: 200, headers: {}, body })).toEqual(parsed);
  });

  test.each(['javascript:alert(1)', 'ftp://a.example', 'data:text/html,x'])('takes no address like %s', (url) => {
    expect(WebUrl.safeParse(url).success).toBe(false);
  });
});
