import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { schedulingContract } from './contract.ts';
import { recurrenceOf } from './recurrence.ts';
import { type RecurrenceTable, recurrenceTable } from './recurrence-table.ts';

type Tools = { recurrences: Pick<RecurrenceTable, 'list'>; cursors: Cursors };

export async function listRecurrences(
  { query, caller }: Call<typeof schedulingContract.listRecurrences>,
  tools: Tools,
) {
  const { limit, cursor } = query;
  const scope = `${caller.teamId} listRecurrences`;
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const { recurrences, next } = await tools.recurrences.list(caller.teamId, { limit, after });
  return { items: recurrences.map(recurrenceOf), next: next === undefined ? null : tools.cursors.write(scope, next) };
}

export const handler = endpoint(schedulingContract.listRecurrences, listRecurrences, () => ({
  recurrences: recurrenceTable(),
  cursors: cursors(),
}));
