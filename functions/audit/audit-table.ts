import * as z from 'zod';
import { intakeKey } from '../runtime/audit-intake.ts';
import type { AuditRecord } from '../runtime/shapes.ts';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { emptyHead, type Head, link } from './chain.ts';
import { AuditEntry } from './contract.ts';

// Entries of a team   pk TEAM#<team>#AUDIT  sk ENTRY#<number, 12 digits>   in the order of the chain
// End of the chain    pk TEAM#<team>#AUDIT  sk HEAD
const partition = (teamId: string) => `TEAM#${teamId}#AUDIT`;
const entryKey = (teamId: string, sequence: number) => ({
  pk: partition(teamId),
  sk: `ENTRY#${String(sequence).padStart(12, '0')}`,
});
const headKey = (teamId: string) => ({ pk: partition(teamId), sk: 'HEAD' });

const StoredHead = z.object({ sequence: z.number(), hash: z.string() });
/** Two writes a record and one for the head, within the hundred of a transaction. */
const recordsAtOnce = 40;
/** Readers of one team's stream are one at a time; a second one that still runs makes few tries enough. */
const tries = 10;

type Range = { from: number; limit: number; newestFirst?: boolean };

export function auditTable(table: Table = dynamoTable()) {
  const head = async (teamId: string): Promise<Head> =>
    StoredHead.optional().parse(await table.get(headKey(teamId))) ?? emptyHead;

  async function appendSome(teamId: string, records: readonly AuditRecord[]): Promise<void> {
    let waiting = records;
    for (let left = tries; left > 0 && waiting.length > 0; left--) {
      const end = await head(teamId);
      try {
        return await table.transact(appendWrites(end, teamId, waiting));
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        // Write 0 is the head: somebody else appended. The others are records that are in the chain already.
        waiting = waiting.filter((_, place) => !error.rows.has(1 + 2 * place));
      }
    }
    if (waiting.length > 0) throw new Error(`the audit chain of ${teamId} never held still`);
  }

  return {
    head,
    /** Puts records at the end of the chain and takes them out of the intake, both or neither; known ones are left out. */
    async append(teamId: string, records: readonly AuditRecord[]): Promise<void> {
      for (let start = 0; start < records.length; start += recordsAtOnce)
        await appendSome(teamId, records.slice(start, start + recordsAtOnce));
    },
    /** Entries from a number on, upwards or, `newestFirst`, downwards. */
    async read(teamId: string, { from, limit, newestFirst = false }: Range): Promise<AuditEntry[]> {
      const { pk, sk } = entryKey(teamId, from);
      const range = newestFirst
        ? { between: ['ENTRY#', sk] as const, reverse: true }
        : { between: [sk, 'ENTRY#~'] as const };
      const rows = await table.query({ pk, limit, ...range });
      return rows.map((row) => AuditEntry.parse(row));
    },
  };
}
export type AuditTable = ReturnType<typeof auditTable>;

function appendWrites(end: Head, teamId: string, records: readonly AuditRecord[]): Write[] {
  const entries = link(end, records);
  const { sequence, hash } = entries.at(-1) ?? end;
  const moved = { ...headKey(teamId), entity: 'auditHead', v: 1, sequence, hash };
  const isFirst = end.sequence === 0;
  return [
    isFirst ? { insert: moved } : { put: moved, if: { sequence: end.sequence, hash: end.hash } },
    ...entries.flatMap((entry): Write[] => [
      { delete: intakeKey(entry), if: { pk: 'present' } },
      { insert: { ...entryKey(teamId, entry.sequence), entity: 'auditEntry', v: 1, ...entry } },
    ]),
  ];
}
