import { describe, expect, test } from 'vitest';
import { auditIntake } from '../../functions/runtime/audit-intake.ts';
import { auditCall } from '../../functions/runtime/audited.ts';
import type { EndpointSpec } from '../../functions/runtime/contract.ts';
import { noon } from '../support/posts.ts';
import { editor, httpEvent, testTeamId, testUserId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const entry: EndpointSpec = {
  route: 'POST /things',
  summary: 'Makes one',
  auth: 'team',
  audit: 'thing.made',
  reply: { status: 201 },
  faults: [],
  needs: [],
};
type Made = Parameters<typeof httpEvent>[0] & { status?: number; body?: unknown; contentType?: string; code?: string };

/** The audit records that one call leaves. */
async function recordsOf(made: Made, spec = entry) {
  const table = await freshTable();
  const {
    status: statusCode = 201,
    body = { id: 'thing_1' },
    contentType = 'application/json',
    code,
    ...request
  } = made;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = { statusCode, headers: { 'content-type': contentType }, ...(text !== undefined && { body: text }) };
  await auditCall(spec, { event: httpEvent(request), reply, code }, () => auditIntake(table, () => noon));
  return table.rows();
}

describe('audit', () => {
  test('tells who did what to what, from where, when, and what came of it', async () => {
    const [record, ...others] = await recordsOf({});
    expect(others).toEqual([]);
    expect(record).toEqual({
      pk: `TEAM#${testTeamId}#AUDIT`,
      sk: `NEW#${record?.id}`,
      entity: 'auditRecord',
      v: 1,
      id: expect.stringMatching(/^audit_/),
      teamId: testTeamId,
      action: 'thing.made',
      target: 'thing_1',
      userId: testUserId,
      via: 'session',
      address: '127.0.0.1',
      requestId: 'request-1',
      outcome: 'done',
      at: noon.toISOString(),
    });
  });

  test.each([
    ['the last parameter of the path', { path: { teamId: 't', thingId: 'thing_2' } }, { target: 'thing_2' }],
    ['nothing in a reply that names none', { body: {} }, { target: null }],
    ['nothing in a reply of another shape', { body: { id: 1 } }, { target: null }],
    ['nothing in a reply that is no JSON', { body: 'a,b', contentType: 'text/csv' }, { target: null }],
    [
      'the code of a refusal',
      { status: 404, body: { code: 'thing.gone' }, code: 'thing.gone' },
      { outcome: 'thing.gone', target: null },
    ],
    ['the code of a refusal given again', { status: 404, body: { code: 'thing.gone' } }, { outcome: 'thing.gone' }],
    ['that a copy was current', { status: 304 }, { outcome: 'done', target: null }],
    ['the key of a caller', { caller: { ...editor, apiKeyId: 'key_1' } }, { via: 'key_1' }],
    [
      'the team that a user joined',
      { caller: { userId: testUserId }, body: { teamId: testTeamId } },
      { teamId: testTeamId },
    ],
  ])('tells %s', async (_, made, expected) => {
    expect(await recordsOf(made)).toMatchObject([expected]);
  });

  test.each([
    ['operations that need none', {}, { ...entry, audit: undefined }],
    ['nobody', { caller: null }, entry],
    ['a stranger', { caller: { refusal: 'auth.not_a_member' } }, entry],
    ['a user without a team', { caller: { userId: testUserId } }, entry],
  ])('says nothing of %s', async (_, made, spec) => {
    expect(await recordsOf(made, spec)).toEqual([]);
  });

  test('does not hold back a reply when its record is lost', async () => {
    const reply = { statusCode: 204, headers: {} };
    const attempt = { event: httpEvent({}), reply, code: undefined };
    const broken = () => {
      throw new Error('no table');
    };
    await expect(auditCall(entry, attempt, broken)).resolves.toBeUndefined();
  });
});
