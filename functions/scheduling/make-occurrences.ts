import { connectionReader } from '../connections/public.ts';
import { recurringPosts } from '../posts/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { newId } from '../runtime/ids.ts';
import { measure } from '../runtime/log.ts';
import { timer } from '../runtime/timer.ts';
import { type AdvanceTools, advance, horizonSeconds } from './advance.ts';
import { schedulingTimers } from './contract.ts';
import { occurrenceTable } from './occurrence-table.ts';
import { type DueRecurrence, type RecurrenceTable, recurrenceTable } from './recurrence-table.ts';

/** Of one shard in one run; the rest is due in the next. */
const perShard = 50;
/** Read and looked after side by side; a row may have a hundred kilobytes. */
const atOnce = 10;
/** No more are begun after this, so that those under way end in time. */
const workSeconds = 35;
/** After a failure, so that one that always fails does not stand before all others. */
const pauseSeconds = 900;

type Tools = AdvanceTools & {
  recurrences: Pick<RecurrenceTable, 'listDue' | 'find' | 'postpone' | 'shards'>;
  now: Now;
};

/** Looks after the recurrences that are due. One that fails is put off, and fails the run after all others. */
export async function makeOccurrences(tools: Tools): Promise<void> {
  const startedAt = tools.now();
  const due = await listDue(tools, startedAt);
  const failures: unknown[] = [];
  for (let start = 0; start < due.length; start += atOnce) {
    if (tools.now() > addSeconds(startedAt, workSeconds)) break;
    const group = due.slice(start, start + atOnce);
    const ends = await Promise.allSettled(group.map((one) => lookAfter(one, tools)));
    failures.push(...ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : [])));
  }
  measure('makeOccurrences', { due: { count: due.length } });
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} recurrences could not be looked after`);
}

async function listDue({ recurrences }: Tools, until: Date): Promise<DueRecurrence[]> {
  const shards = Array.from({ length: recurrences.shards }, (_, shard) => shard);
  return (await Promise.all(shards.map((shard) => recurrences.listDue({ shard, until, limit: perShard })))).flat();
}

async function lookAfter(due: DueRecurrence, tools: Tools): Promise<void> {
  const now = tools.now();
  try {
    const recurrence = await tools.recurrences.find(due);
    if (recurrence) await advance(recurrence, tools, { now, until: addSeconds(now, horizonSeconds) });
  } catch (error) {
    await tools.recurrences.postpone(due, addSeconds(now, pauseSeconds));
    throw error;
  }
}

export const handler = timer(schedulingTimers.makeOccurrences, makeOccurrences, () => ({
  recurrences: recurrenceTable(),
  occurrences: occurrenceTable(),
  connections: connectionReader(),
  posts: recurringPosts(),
  now,
  newId: () => newId('post'),
}));
