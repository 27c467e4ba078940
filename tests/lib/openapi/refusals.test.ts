import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../../functions/contracts.ts';
import type { Endpoint } from '../../../functions/runtime/contract.ts';
import { Instant, LocalTime, PageQuery, TimeZone } from '../../../functions/runtime/shapes.ts';
import { faultIndex } from '../../../lib/openapi/problems.ts';
import { faultsOf } from '../../../lib/openapi/refusals.ts';

const index = faultIndex(domains);
const bare: Endpoint = {
  name: 'getNote',
  domain: 'notes',
  file: 'functions/notes/get-note.ts',
  route: 'GET /notes',
  summary: 'A note',
  auth: 'none',
  reply: { status: 200 },
  faults: [],
  needs: [],
};
const codesOf = (entry: Partial<Endpoint>) => faultsOf({ ...bare, ...entry }, index).map(({ code }) => code);

describe('the refusals of an operation', () => {
  test('that takes nothing are an unknown parameter and a failure of ours', () => {
    expect(codesOf({})).toEqual(['input.unknown_field', 'internal.error']);
  });

  test('that takes whatever is added to its address know no parameter too many', () => {
    expect(codesOf({ query: z.object({ note: z.string().optional() }) })).toEqual(['input.invalid', 'internal.error']);
  });

  test('with a body are about its form', () => {
    const body = z.strictObject({ at: Instant, zone: TimeZone });
    const ofForm = ['invalid', 'missing_field', 'naive_time', 'unknown_time_zone', 'not_json', 'too_deep', 'too_large'];
    expect(codesOf({ body })).toEqual(expect.arrayContaining(ofForm.map((name) => `input.${name}`)));
    expect(codesOf({ body: z.strictObject({ note: z.string().optional() }) })).not.toContain('input.missing_field');
  });

  test('with a time are about times that do not exist', () => {
    expect(codesOf({ body: z.strictObject({ at: Instant }) })).toContain('input.impossible_time');
    expect(codesOf({ body: z.strictObject({ at: LocalTime }) })).toContain('input.impossible_time');
    expect(codesOf({ body: z.strictObject({ zone: TimeZone }) })).not.toContain('input.impossible_time');
  });

  test('with a page are about the cursor', () => {
    expect(codesOf({ query: PageQuery })).toContain('cursor.invalid');
  });

  test('of a team are about the caller and the plan', () => {
    const ofTeam = ['auth.not_a_member', 'auth.role_too_low', 'auth.scope_missing', 'limit.requests_exceeded'];
    expect(codesOf({ auth: 'team' })).toEqual(expect.arrayContaining([...ofTeam, 'auth.key_invalid']));
    expect(codesOf({ auth: 'user' })).toEqual(expect.arrayContaining(['auth.token_expired', 'auth.key_invalid']));
    for (const code of ofTeam) expect(codesOf({ auth: 'user' })).not.toContain(code);
  });

  test('that is repeatable are about its key, unless its bodies are confidential', () => {
    expect(codesOf({ auth: 'user', route: 'POST /notes' })).toContain('idempotency.key_reused');
    expect(codesOf({ auth: 'user', route: 'POST /notes', confidential: true })).not.toContain('idempotency.key_reused');
  });

  test('that changes a thing with versions are about its version', () => {
    const path = z.object({ noteId: z.string() });
    expect(codesOf({ route: 'PATCH /notes/{noteId}', path, versioned: true })).toContain('version.changed');
    expect(codesOf({ route: 'GET /notes/{noteId}', path, versioned: true })).not.toContain('version.changed');
    expect(codesOf({ route: 'POST /notes', versioned: true })).not.toContain('version.changed');
  });

  test('begin with those it declares, which a contract must explain', () => {
    expect(codesOf({ faults: ['post.not_found'] })[0]).toBe('post.not_found');
    expect(() => codesOf({ faults: ['note.gone'] })).toThrow('note.gone');
  });
});
