import { describe, expect, test } from 'vitest';
import { auditTable } from '../../functions/audit/audit-table.ts';
import { auditContract } from '../../functions/audit/contract.ts';
import { verifyAuditLog } from '../../functions/audit/verify-audit-log.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { AuditRecord } from '../../functions/runtime/shapes.ts';
import { takenRecords } from '../support/audit.ts';
import { admin, editor, send, testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup(count: number) {
  const table = await freshTable();
  const audit = auditTable(table);
  for (let left = count; left > 0; left -= 600) {
    const rows = await takenRecords(table, Math.min(600, left));
    const records = rows.map((row) => AuditRecord.parse(row));
    await audit.append(testTeamId, records);
  }
  const handler = endpoint(auditContract.verifyAuditLog, verifyAuditLog, () => ({ audit }));
  const key = (sequence: number) => ({
    pk: `TEAM#${testTeamId}#AUDIT`,
    sk: `ENTRY#${String(sequence).padStart(12, '0')}`,
  });
  const verify = async (from = 1) => (await send(handler, { body: { from }, caller: admin })).body;
  return { table, handler, key, verify };
}

describe('POST /audit-log/verify', () => {
  test('finds an untouched log intact, from any entry on', async () => {
    const { verify } = await setup(6);
    expect(await verify()).toEqual({ intact: true, checked: 6, problem: null, next: null });
    expect(await verify(4)).toEqual({ intact: true, checked: 3, problem: null, next: null });
    expect(await (await setup(0)).verify()).toEqual({ intact: true, checked: 0, problem: null, next: null });
  });

  test('finds a changed, a missing and a cut-off entry', async () => {
    const { table, key, verify } = await setup(6);
    const row = await table.get(key(3));
    await table.update(key(3), { set: { outcome: 'nothing' } });
    expect(await verify()).toMatchObject({ intact: false, problem: { sequence: 3, kind: 'changed' } });
    await table.put({ ...key(3), ...row });
    expect(await verify()).toMatchObject({ intact: true });
    await table.delete(key(6));
    expect(await verify()).toMatchObject({ intact: false, problem: { sequence: 6, kind: 'missing' } });
    await table.delete(key(2));
    expect(await verify()).toMatchObject({ intact: false, problem: { sequence: 2, kind: 'missing' } });
  });

  test('walks a long log in calls of bounded size', async () => {
    const { verify } = await setup(1100);
    expect(await verify()).toEqual({ intact: true, checked: 1000, problem: null, next: 1001 });
    expect(await verify(1001)).toEqual({ intact: true, checked: 100, problem: null, next: null });
  });

  test('is for admins', async () => {
    const { handler } = await setup(0);
    expect(await send(handler, { body: {}, caller: editor })).toMatchObject({ status: 403 });
    expect(await send(handler, { body: { from: 0 }, caller: admin })).toMatchObject({ status: 422 });
  });
});
