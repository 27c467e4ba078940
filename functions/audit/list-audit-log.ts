import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AuditTable, auditTable } from './audit-table.ts';
import { type AuditEntry, auditContract, type Filters } from './contract.ts';

/** Entries looked at for one page: bounds the cost of a filter that fits little. */
const lookedAt = 500;
const batch = 100;
const newest = 10 ** 12 - 1;

type Tools = { audit: Pick<AuditTable, 'read'>; cursors: Cursors };

export async function listAuditLog({ query, caller }: Call<typeof auditContract.listAuditLog>, tools: Tools) {
  const { cursor, limit, ...filters } = query;
  const scope = `${caller.teamId} listAuditLog ${JSON.stringify(filters)}`;
  const start = cursor === undefined ? newest : Number(tools.cursors.read(scope, cursor));
  const { items, next } = await search(tools.audit, caller.teamId, { start, limit, filters });
  return { items, next: next === undefined ? null : tools.cursors.write(scope, String(next)) };
}

type Search = { start: number; limit: number; filters: Omit<Filters, 'cursor' | 'limit'> };

/** Walks down from `start` until the page is full, the log ends, or enough was looked at. */
async function search(audit: Tools['audit'], teamId: string, { start, limit, filters }: Search) {
  const items: AuditEntry[] = [];
  let from = start;
  for (let seen = 0; seen < lookedAt; seen += batch) {
    const entries = from > 0 ? await audit.read(teamId, { from, limit: batch, newestFirst: true }) : [];
    for (const entry of entries) {
      if (fits(entry, filters)) items.push(entry);
      from = entry.sequence - 1;
      if (items.length === limit) return { items, next: from > 0 ? from : undefined };
    }
    if (entries.length < batch) return { items, next: undefined };
  }
  return { items, next: from };
}

const fits = (entry: AuditEntry, { action, userId, target, outcome, from, until }: Search['filters']) =>
  (action === undefined || entry.action === action) &&
  (userId === undefined || entry.userId === userId) &&
  (target === undefined || entry.target === target) &&
  (outcome === undefined || (entry.outcome === 'done') === (outcome === 'done')) &&
  (from === undefined || entry.at >= from) &&
  (until === undefined || entry.at < until);

export const handler = endpoint(auditContract.listAuditLog, listAuditLog, () => ({
  audit: auditTable(),
  cursors: cursors(),
}));
