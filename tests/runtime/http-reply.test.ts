import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { EndpointSpec } from '../../functions/runtime/contract.ts';
import { commonFaults, Fault, type FaultKind, faultStatus, faults } from '../../functions/runtime/fault.ts';
import { httpReply, problemReply } from '../../functions/runtime/http-reply.ts';

const entryWith = (reply: EndpointSpec['reply']): EndpointSpec => ({
  route: 'GET /thing',
  summary: 'Reads it',
  auth: 'none',
  reply,
  faults: [],
  needs: [],
});
const secure = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
  'x-content-type-options': 'nosniff',
  'x-request-id': 'r1',
};
const noContent = "default-src 'none'; frame-ancestors 'none'";

describe('reply', () => {
  test('is JSON that no browser may run', () => {
    const reply = httpReply(entryWith({ status: 201, body: z.object({ a: z.number() }) }), { a: 1, b: 2 }, 'r1');
    expect(reply).toMatchObject({ statusCode: 201, body: '{"a":1}' });
    expect(reply.headers).toEqual({
      ...secure,
      'content-security-policy': noContent,
      'content-type': 'application/json',
    });
  });

  test('has neither body nor type where none is declared', () => {
    const reply = httpReply(entryWith({ status: 204 }), { a: 1 }, 'r1');
    expect(reply).toEqual({ statusCode: 204, headers: { ...secure, 'content-security-policy': noContent } });
  });

  test.each(['text/css; charset=utf-8', 'text/javascript; charset=utf-8', 'application/json'])(
    'is %s as it is',
    (contentType) => {
      const reply = httpReply(entryWith({ status: 200, body: z.string(), contentType }), 'text', 'r1');
      expect(reply.body).toBe('text');
      expect(reply.headers).toMatchObject({
        ...secure,
        'content-type': contentType,
        'content-security-policy': noContent,
      });
    },
  );

  test('is a page that loads from this host only', () => {
    const page = entryWith({ status: 200, body: z.string(), contentType: 'text/html; charset=utf-8' });
    const policy = String(httpReply(page, '<p>', 'r1').headers?.['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  test('is written as JSON under any other type', () => {
    const body = z.object({ a: z.number() });
    const reply = httpReply(entryWith({ status: 200, body, contentType: 'application/ld+json' }), { a: 1 }, 'r1');
    expect(reply.body).toBe('{"a":1}');
  });

  test('sends a browser on, with nothing to show or to keep', () => {
    const elsewhere = entryWith({ status: 303, headers: z.object({ location: z.url() }) });
    const location = 'https://app.example.com/?a=1';
    expect(httpReply(elsewhere, { location, b: 2 }, 'r1')).toEqual({
      statusCode: 303,
      headers: { ...secure, 'content-security-policy': noContent, location },
    });
    expect(() => httpReply(elsewhere, {}, 'r1')).toThrow();
    const sly = httpReply(elsewhere, { location: `${location}\r\nset-cookie: a=b` }, 'r1');
    expect(sly.headers.location).toBe(`${location}set-cookie:%20a=b`);
  });

  test('that does not fit is an error', () => {
    expect(() => httpReply(entryWith({ status: 200, body: z.string() }), 1, 'r1')).toThrow();
  });
});

describe('problem', () => {
  test.each(Object.entries(faultStatus))('of kind %s has status %i', (kind, status) => {
    const entry = { code: 'thing.wrong', kind: kind as FaultKind, title: 'Wrong.', remedy: 'Mend it.' };
    const reply = problemReply(new Fault(entry), 'r1');
    expect(reply.statusCode).toBe(status);
    expect(reply.headers).toEqual({
      ...secure,
      'content-security-policy': noContent,
      'content-type': 'application/problem+json',
    });
    expect(JSON.parse(reply.body ?? '')).toEqual({
      type: 'urn:clientnest:problem:thing.wrong',
      title: 'Wrong.',
      status,
      code: 'thing.wrong',
      detail: 'Wrong.',
      requestId: 'r1',
    });
  });

  test('says when to come back, where the refusal knows', () => {
    const fault = new Fault(commonFaults['limit.requests_exceeded'], { retryAfterSeconds: 30 });
    expect(problemReply(fault, 'r1').headers).toMatchObject({ 'retry-after': '30' });
  });

  test('keeps its cause to itself', () => {
    const fault = new Fault(commonFaults['input.not_json'], { cause: new Error('inside') });
    expect(JSON.stringify(problemReply(fault, 'r1'))).not.toContain('inside');
  });
});

test('a catalogue knows each refusal by its code', () => {
  const catalogue = faults({ 'thing.gone': { kind: 'missing', title: 'Gone.', remedy: 'None.' } });
  expect(catalogue['thing.gone']).toEqual({ code: 'thing.gone', kind: 'missing', title: 'Gone.', remedy: 'None.' });
});
