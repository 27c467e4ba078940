import { AuditRecord } from '../runtime/shapes.ts';
import { streamReader } from '../runtime/stream-reader.ts';
import type { Row } from '../runtime/table.ts';
import { type AuditTable, auditTable } from './audit-table.ts';
import { auditStreamReaders } from './contract.ts';

type Tools = { audit: Pick<AuditTable, 'append'> };

/** The stream gives the records of a team in the order they were taken, and again after a failure. */
export async function chainAudit(rows: readonly Row[], { audit }: Tools): Promise<void> {
  const records = rows.map((row) => AuditRecord.parse(row));
  for (const [teamId, ofTeam] of Map.groupBy(records, (record) => record.teamId)) await audit.append(teamId, ofTeam);
}

export const handler = streamReader(auditStreamReaders.chainAudit, chainAudit, () => ({ audit: auditTable() }));
