import * as z from 'zod';
import { now as clock, type Now } from './clock.ts';
import { idOf, newId } from './ids.ts';
import { dynamoTable, type Table } from './table.ts';

/** Who did what in a team, when, from where, and what came of it. */
export const AuditRecord = z.object({
  id: idOf('audit'),
  teamId: idOf('team'),
  action: z.string().meta({ example: 'member.removed' }),
  target: z.string().nullable().meta({ description: 'Id of what it was done to.' }),
  userId: idOf('user'),
  via: z.string().meta({ description: '`session`, or the id of the API key.' }),
  address: z.string(),
  requestId: z.string(),
  outcome: z.string().meta({ description: '`done`, or the code of the refusal.' }),
  at: z.iso.datetime(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** The entity whose inserted rows the chain is made of. */
export const auditIntakeEntity = 'auditRecord';

// Records not yet chained   pk TEAM#<team>#AUDIT  sk NEW#<audit>   gone once they are an entry of the chain
export const intakeKey = ({ teamId, id }: Pick<AuditRecord, 'teamId' | 'id'>) => ({
  pk: `TEAM#${teamId}#AUDIT`,
  sk: `NEW#${id}`,
});

/** Takes records at the border of an operation. One write; the order is settled later, by the chain. */
export function auditIntake(table: Table = dynamoTable(), now: Now = clock) {
  return {
    async take(record: Omit<AuditRecord, 'id' | 'at'>): Promise<void> {
      const whole: AuditRecord = { ...record, id: newId('audit'), at: now().toISOString() };
      await table.insert({ ...intakeKey(whole), entity: auditIntakeEntity, v: 1, ...whole });
    },
  };
}
export type AuditIntake = ReturnType<typeof auditIntake>;
