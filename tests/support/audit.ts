import { auditIntake } from '../../functions/runtime/audit-intake.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { AuditRecord } from '../../functions/runtime/shapes.ts';
import type { Table } from '../../functions/runtime/table.ts';
import { testTeamId, testUserId } from './request.ts';

export const auditRecord = (overrides: Partial<AuditRecord> = {}): AuditRecord => ({
  id: newId('audit'),
  teamId: testTeamId,
  action: 'member.removed',
  target: null,
  userId: testUserId,
  via: 'session',
  address: '127.0.0.1',
  requestId: 'request-1',
  outcome: 'done',
  at: '2030-01-01T12:00:00.000Z',
  ...overrides,
});

/** Takes `count` records as the border does and gives them as the stream would. */
export async function takenRecords(table: Table, count: number, overrides: Partial<AuditRecord> = {}) {
  const records = Array.from({ length: count }, (_, place) => auditRecord({ target: `thing-${place}`, ...overrides }));
  for (const { id: _, at, ...record } of records) await auditIntake(table, () => new Date(at)).take(record);
  const teamId = overrides.teamId ?? testTeamId;
  const rows = await table.query({ pk: `TEAM#${teamId}#AUDIT`, begins: 'NEW#', limit: 1000 });
  return rows;
}
