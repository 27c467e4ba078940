import { now as clock, type Now } from './clock.ts';
import { newId } from './ids.ts';
import { type AuditRecord, auditIntakeEntity } from './shapes.ts';
import { dynamoTable, type Table } from './table.ts';

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
