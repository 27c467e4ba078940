import { createHash } from 'node:crypto';
import { AuditRecord } from '../runtime/shapes.ts';
import type { AuditEntry, AuditVerdict } from './contract.ts';

/** Where a chain ends: the number and hash of its last entry. */
export type Head = { sequence: number; hash: string };

export const emptyHead: Head = { sequence: 0, hash: '' };

/** The entries that `records` become after `head`. */
export function link(head: Head, records: readonly AuditRecord[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const record of records) {
    const { sequence, hash: previousHash } = entries.at(-1) ?? head;
    const placed = { ...record, sequence: sequence + 1, previousHash };
    entries.push({ ...placed, hash: hashOf(placed) });
  }
  return entries;
}

/** The first entry that does not follow from what is before it, or undefined. */
export function firstProblem(head: Head, entries: readonly AuditEntry[]): AuditVerdict['problem'] {
  let { sequence, hash } = head;
  for (const entry of entries) {
    const expected = sequence + 1;
    if (entry.sequence !== expected) return { sequence: expected, kind: 'missing' };
    if (entry.previousHash !== hash) return { sequence: expected, kind: 'reordered' };
    if (entry.hash !== hashOf(entry)) return { sequence: expected, kind: 'changed' };
    ({ sequence, hash } = entry);
  }
  return null;
}

/** Over the fields in a fixed order, so that how a row is stored does not matter. */
function hashOf(placed: Omit<AuditEntry, 'hash'>): string {
  const fields = Object.keys(AuditRecord.shape).toSorted();
  const facts = new Map<string, unknown>(Object.entries(placed));
  const content = [placed.sequence, placed.previousHash, ...fields.map((field) => facts.get(field))];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
