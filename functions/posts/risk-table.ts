import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { eventWrite } from '../runtime/events.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import { postsEvents } from './contract.ts';

// What a team was told of one connection on one day   pk TEAM#<team>  sk ATRISK#<connection>#<day>   kept for two days

type AtRisk = Parameters<typeof eventWrite<(typeof postsEvents)['posts.at_risk']>>[1];
const keptSeconds = 2 * 24 * 3600;

export function riskTable(table: Pick<Table, 'transact'> = dynamoTable()) {
  return {
    /** False when the team was told on this day already. */
    async tell({ teamId, at, data }: AtRisk): Promise<boolean> {
      const sk = `ATRISK#${data.connectionId}#${at.toISOString().slice(0, 10)}`;
      const expiresAt = unixSeconds(addSeconds(at, keptSeconds));
      const told = { insert: { pk: `TEAM#${teamId}`, sk, entity: 'atRisk', v: 1, expiresAt } };
      try {
        await table.transact([told, eventWrite(postsEvents['posts.at_risk'], { teamId, at, data })]);
        return true;
      } catch (error) {
        if (error instanceof ConditionFailed) return false;
        throw error;
      }
    },
  };
}
export type RiskTable = ReturnType<typeof riskTable>;
