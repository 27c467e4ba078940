import { connectionReader } from '../connections/public.ts';
import { checkContent, checkSize, findTargets, postTable, recurringPosts } from '../posts/public.ts';
import { publishingWorkers } from '../publishing/contract.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { newId } from '../runtime/ids.ts';
import { workQueue } from '../runtime/queue.ts';
import { type AdvanceTools, advanceSoon, nextLook } from './advance.ts';
import { checkRule } from './check-rule.ts';
import { schedulingContract } from './contract.ts';
import { occurrenceTable } from './occurrence-table.ts';
import { recurrenceOf, type StoredRecurrence } from './recurrence.ts';
import { type RecurrenceTable, recurrenceTable } from './recurrence-table.ts';

type Tools = AdvanceTools & {
  recurrences: Pick<RecurrenceTable, 'insert'>;
  now: Now;
  newRecurrenceId: () => string;
};

export async function createRecurrence(
  { body, caller }: Call<typeof schedulingContract.createRecurrence>,
  tools: Tools,
) {
  const { teamId, userId: authorId } = caller;
  const now = tools.now();
  const at = now.toISOString();
  checkRule(body.rule, now);
  checkSize(body);
  checkContent(body, await findTargets(tools.connections, teamId, body.connectionIds));
  const recurrence: StoredRecurrence = {
    id: tools.newRecurrenceId(),
    teamId,
    authorId,
    parts: [{ ...body, from: null, before: null }],
    state: 'active',
    lookedAt: at,
    createdAt: at,
    updatedAt: at,
    revision: 1,
  };
  await tools.recurrences.insert(recurrence, nextLook(recurrence, now, now) ?? now);
  await advanceSoon(recurrence, tools, now);
  return recurrenceOf(recurrence);
}

export const handler = endpoint(schedulingContract.createRecurrence, createRecurrence, () => ({
  recurrences: recurrenceTable(),
  occurrences: occurrenceTable(),
  connections: connectionReader(),
  posts: recurringPosts({ posts: postTable(), queue: workQueue(publishingWorkers.publishLane) }),
  now,
  newId: () => newId('post'),
  newRecurrenceId: () => newId('recur'),
}));
