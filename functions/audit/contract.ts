import * as z from 'zod';
import { endpoints, streamReaders } from '../runtime/contract.ts';
import { AuditRecord, auditIntakeEntity, Instant, PageQuery, pageOf } from '../runtime/shapes.ts';

const Sequence = z.number().int().min(1);
const Hash = z.string().meta({
  description: 'SHA-256, hexadecimal.',
  example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
});

/** A record in its place: `hash` covers the record, its number and the hash before, so no entry can change alone. */
export const AuditEntry = AuditRecord.extend({ sequence: Sequence, previousHash: Hash, hash: Hash });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditVerdict = z.object({
  intact: z.boolean(),
  checked: z.number().int().meta({ description: 'Entries looked at by this call.', example: 42 }),
  problem: z
    .object({ sequence: Sequence, kind: z.enum(['changed', 'missing', 'reordered']) })
    .nullable()
    .meta({ description: 'The first entry that is wrong.', example: null }),
  next: Sequence.nullable().meta({
    description: 'Where to go on; null when the end of the log was reached.',
    example: null,
  }),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;

const Filters = PageQuery.extend({
  action: z.string().max(100).optional(),
  userId: AuditRecord.shape.userId.optional(),
  target: z.string().max(100).optional(),
  outcome: z.enum(['done', 'refused']).optional(),
  from: Instant.optional(),
  until: Instant.optional(),
});
export type Filters = z.infer<typeof Filters>;

export const auditContract = endpoints(
  { domain: 'audit', faults: {} },
  {
    listAuditLog: {
      route: 'GET /audit-log',
      summary: 'Who did what in the team, newest first',
      description:
        'A page may be shorter than `limit`, even empty, while `next` is given: filters look at a bounded number of entries at once.',
      auth: 'team',
      role: 'admin',
      scope: 'audit:read',
      query: Filters,
      reply: { status: 200, body: pageOf(AuditEntry) },
      faults: [],
      needs: ['table:query', 'cursor'],
    },
    verifyAuditLog: {
      route: 'POST /audit-log/verify',
      summary: 'Check the chain of the audit log: changed, missing and reordered entries',
      auth: 'team',
      role: 'admin',
      scope: 'audit:read',
      body: z.strictObject({ from: Sequence.default(1) }),
      reply: { status: 200, body: AuditVerdict },
      faults: [],
      needs: ['table:get', 'table:query'],
      timeoutSeconds: 25,
    },
  },
);

export const auditStreamReaders = streamReaders('audit', {
  chainAudit: {
    summary: 'Puts audit records in their order, each bound to the one before',
    entity: auditIntakeEntity,
    needs: ['table:get', 'table:put', 'table:delete'],
  },
});
