import { AuditRecord } from '../runtime/shapes.ts';
import { type RowChange, streamReader } from '../runtime/stream-reader.ts';
import { type AuditTable, auditTable } from './audit-table.ts';
import { auditStreamReaders } from './contract.ts';

type Tools = { audit: Pick<AuditTable, 'append'> };

/** The stream gives the records of a team in the order they were taken, and again after a failure. */
export async function chainAudit(changes: readonly Pick<RowChange, 'row'>[], { audit }: Tools): Promise<void> {
  const records = changes.map(({ row }) => AuditRecord.parse(row));
  for (const [teamId, ofTeam] of Map.groupBy(records, (record) => record.teamId)) await audit.append(teamId, ofTeam);
}

export const handler = streamReader(auditStreamReaders.chainAudit, chainAudit, () => ({ audit: auditTable() }));
