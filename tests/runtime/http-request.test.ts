import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { EndpointSpec } from '../../functions/runtime/contract.ts';
import { Fault } from '../../functions/runtime/fault.ts';
import { parseCall } from '../../functions/runtime/http-request.ts';
import { httpEvent } from '../support/request.ts';

const entry = {
  route: 'PUT /thing',
  summary: 'Changes it',
  auth: 'none',
  body: z.unknown(),
  reply: { status: 204 },
  faults: [],
  needs: [],
} as const satisfies EndpointSpec;

function outcome(request: Parameters<typeof httpEvent>[0], spec: EndpointSpec = entry) {
  try {
    return parseCall(spec, httpEvent(request));
  } catch (error) {
    return error instanceof Fault ? error.entry.code : error;
  }
}
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('request', () => {
  test('tells its id and where it comes from', () => {
    expect(outcome({ body: {} })).toMatchObject({ requestId: 'request-1', address: '127.0.0.1' });
  });

  test('hands on the access token of a user, and of nobody else', () => {
    const headers = { authorization: 'Bearer abc.def' };
    const accessToken = (auth: EndpointSpec['auth'], sent = headers) => {
      const call = outcome({ body: {}, headers: sent }, { ...entry, auth });
      return typeof call === 'object' && call !== null && 'accessToken' in call ? call.accessToken : call;
    };
    expect([accessToken('user'), accessToken('team'), accessToken('none')]).toEqual(['abc.def', undefined, undefined]);
    expect(accessToken('user', { authorization: 'bearer  abc' })).toBe('abc');
    expect(accessToken('user', { authorization: 'Basic abc' })).toBe('');
  });

  test('may nest 32 deep and no deeper', () => {
    expect(outcome({ body: nested(32) })).toMatchObject({ body: expect.any(Array) });
    expect(outcome({ body: nested(33) })).toBe('input.too_deep');
    expect(outcome({ body: nested(100_000) })).toBe('input.too_deep');
    expect(outcome({ body: '{"a":'.repeat(33) })).toBe('input.too_deep');
  });

  test('may have any brackets in its strings', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', '{', ']', '"', '\\', 'a') }), (text) => {
        const body = { [text]: [text, '[{'.repeat(40)] };
        expect(outcome({ body })).toMatchObject({ body });
      }),
    );
  });

  test('is any JSON of a sane depth', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (body) => {
        expect(outcome({ body: JSON.stringify(body) })).toMatchObject({ body: JSON.parse(JSON.stringify(body)) });
      }),
    );
  });

  test.each([
    ['quotes that never end', `"${'\\"'.repeat(130_000)}`],
    ['quotes alone', '"'.repeat(260_000)],
    ['brackets that close first', ']'.repeat(260_000)],
  ])('of %s is refused at once', (_, body) => {
    const startedAt = performance.now();
    expect(outcome({ body })).toBe('input.not_json');
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  test('asks for a revision only where things have one', () => {
    const versioned: EndpointSpec = { ...entry, versioned: true };
    const headers = { 'if-match': '"7.abc"' };
    expect(outcome({ body: {}, headers }, versioned)).toMatchObject({ expectedRevision: 7 });
    expect(outcome({ body: {} }, versioned)).toMatchObject({ expectedRevision: undefined });
    expect(outcome({ body: {}, headers: { 'if-match': 'mine' } }, versioned)).toBe('version.changed');
    const making: EndpointSpec = { ...versioned, route: 'POST /things' };
    for (const spec of [entry, making])
      expect(outcome({ body: {}, headers: { 'if-match': 'mine' } }, spec)).toMatchObject({
        expectedRevision: undefined,
      });
  });
});
