import { describe, expect, test } from 'vitest';
import { auditTable } from '../../functions/audit/audit-table.ts';
import { auditContract } from '../../functions/audit/contract.ts';
import { listAuditLog } from '../../functions/audit/list-audit-log.ts';
import { cursors } from '../../functions/runtime/cursor.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { auditRecord, takenRecords } from '../support/audit.ts';
import { admin, editor, otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup(count: number) {
  const table = await freshTable();
  const audit = auditTable(table);
  const rows = await takenRecords(table, count);
  const records = rows.map((row, place) =>
    auditRecord({
      id: String(row.id),
      action: place % 2 ? 'post.created' : 'member.removed',
      outcome: place % 3 ? 'done' : 'auth.role_too_low',
      at: `2030-01-0${(place % 9) + 1}T00:00:00.000Z`,
    }),
  );
  await audit.append(testTeamId, records);
  const handler = endpoint(auditContract.listAuditLog, listAuditLog, () => ({
    audit,
    cursors: cursors('k'.repeat(32)),
  }));
  return { handler, records };
}

describe('GET /audit-log', () => {
  test('shows the newest first, in pages', async () => {
    const { handler, records } = await setup(5);
    const first = await send(handler, { query: { limit: '3' }, caller: admin });
    const rest = await send(handler, { query: { limit: '3', cursor: first.body.next }, caller: admin });
    const ids = [...first.body.items, ...rest.body.items].map(({ id }) => id);
    expect(ids).toEqual(records.map(({ id }) => id).toReversed());
    expect(rest.body.next).toBeNull();
  });

  test.each([
    ['action', { action: 'post.created' }, 4],
    ['outcome', { outcome: 'refused' }, 3],
    ['time', { from: '2030-01-03T00:00:00Z', until: '2030-01-05T00:00:00Z' }, 2],
    ['user', { userId: 'user_01jdxb8ncye2ha5vvbz9fnzbzv' }, 0],
  ])('filters by %s', async (_, query, expected) => {
    const { handler } = await setup(8);
    const reply = await send(handler, { query, caller: admin });
    expect(reply).toMatchObject({ status: 200, body: { next: null } });
    expect(reply.body.items).toHaveLength(expected);
  });

  test('looks at a bounded number of entries for one page and says where to go on', async () => {
    const { handler } = await setup(520);
    const reply = await send(handler, { query: { action: 'no.such' }, caller: admin });
    expect(reply.body).toMatchObject({ items: [], next: expect.any(String) });
    const rest = await send(handler, { query: { action: 'no.such', cursor: reply.body.next }, caller: admin });
    expect(rest.body).toEqual({ items: [], next: null });
  });

  test('is for admins, and each team sees its own', async () => {
    const { handler } = await setup(2);
    expect(await send(handler, { caller: editor })).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
    const stranger = { ...admin, teamId: otherTeamId };
    expect(await send(handler, { caller: stranger })).toMatchObject({ body: { items: [], next: null } });
  });

  test('refuses a cursor of another filter', async () => {
    const { handler } = await setup(3);
    const { body } = await send(handler, { query: { limit: '1' }, caller: admin });
    const reply = await send(handler, { query: { cursor: body.next, action: 'x' }, caller: admin });
    expect(reply).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});
