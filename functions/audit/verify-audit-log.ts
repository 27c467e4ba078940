import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AuditTable, auditTable } from './audit-table.ts';
import { emptyHead, firstProblem } from './chain.ts';
import { type AuditVerdict, auditContract } from './contract.ts';

/** Entries checked by one call; a longer log is walked with `next`. */
const checkedAtOnce = 1000;

type Tools = { audit: Pick<AuditTable, 'read' | 'head'> };

export async function verifyAuditLog(
  { body, caller }: Call<typeof auditContract.verifyAuditLog>,
  { audit }: Tools,
): Promise<AuditVerdict> {
  const { teamId } = caller;
  // The end is read first: entries that come meanwhile are beyond it and are not missed.
  const end = await audit.head(teamId);
  const [before, entries] = await Promise.all([
    body.from === 1 ? [] : audit.read(teamId, { from: body.from - 1, limit: 1 }),
    audit.read(teamId, { from: body.from, limit: checkedAtOnce }),
  ]);
  const checked = entries.length;
  const problem = firstProblem(before[0] ?? emptyHead, entries);
  if (problem) return { intact: false, checked, problem, next: null };
  const last = entries.at(-1) ?? before[0] ?? emptyHead;
  if (checked === checkedAtOnce && last.sequence < end.sequence)
    return { intact: true, checked, problem: null, next: last.sequence + 1 };
  const isWhole = last.sequence > end.sequence || (last.sequence === end.sequence && last.hash === end.hash);
  if (isWhole) return { intact: true, checked, problem: null, next: null };
  return { intact: false, checked, problem: { sequence: last.sequence + 1, kind: 'missing' }, next: null };
}

export const handler = endpoint(auditContract.verifyAuditLog, verifyAuditLog, () => ({ audit: auditTable() }));
