import { recurringPosts } from '../posts/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AdvanceTools, withdrawSoon } from './advance.ts';
import { schedulingContract } from './contract.ts';
import { occurrenceTable } from './occurrence-table.ts';
import { newest, type StoredRecurrence } from './recurrence.ts';
import { type RecurrenceTable, recurrenceTable } from './recurrence-table.ts';

type Tools = Pick<AdvanceTools, 'posts' | 'occurrences'> & {
  recurrences: Pick<RecurrenceTable, 'change'>;
  now: Now;
};

/** Ends it; it can be looked at for a while. */
export async function deleteRecurrence(
  { path, query, caller, expectedRevision }: Call<typeof schedulingContract.deleteRecurrence>,
  tools: Tools,
) {
  const now = tools.now();
  const ended = now.toISOString();
  const sweepFrom = query.scheduled === 'cancel' ? ended : undefined;
  const ref = { teamId: caller.teamId, id: path.recurrenceId };
  const end = async ({ parts }: StoredRecurrence) => ({
    parts: [{ ...newest(parts), before: ended }],
    state: 'ended' as const,
    sweepFrom,
  });
  const after = await tools.recurrences.change(ref, end, { now, expected: expectedRevision });
  await withdrawSoon(after, tools, now);
}

export const handler = endpoint(schedulingContract.deleteRecurrence, deleteRecurrence, () => ({
  recurrences: recurrenceTable(),
  occurrences: occurrenceTable(),
  posts: recurringPosts(),
  now,
}));
