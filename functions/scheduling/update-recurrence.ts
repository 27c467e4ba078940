import { isDeepStrictEqual } from 'node:util';
import { connectionReader } from '../connections/public.ts';
import type { PostContent } from '../posts/contract.ts';
import {
  changedContent,
  checkContent,
  checkSize,
  contentBytes,
  contentOf,
  findTargets,
  postTable,
  recurringPosts,
} from '../posts/public.ts';
import { publishingWorkers } from '../publishing/contract.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { newId } from '../runtime/ids.ts';
import { workQueue } from '../runtime/queue.ts';
import { type AdvanceTools, advanceSoon } from './advance.ts';
import { checkRule } from './check-rule.ts';
import { type RecurrencePatch, recurrenceFaults, schedulingContract } from './contract.ts';
import { occurrenceTable } from './occurrence-table.ts';
import { cut, newest, type Part, partAt, recurrenceOf, type StoredRecurrence, upcoming } from './recurrence.ts';
import { type RecurrenceTable, recurrenceTable } from './recurrence-table.ts';
import { zoneRules } from './zone-rules.ts';

type Tools = AdvanceTools & { recurrences: Pick<RecurrenceTable, 'change'>; now: Now };

const mostParts = 10;
/** The contents of all parts: each post that is made pays for a check of the whole row. */
const mostBytes = 100_000;

export async function updateRecurrence(
  { path, body, caller, expectedRevision }: Call<typeof schedulingContract.updateRecurrence>,
  tools: Tools,
) {
  const now = tools.now();
  const ref = { teamId: caller.teamId, id: path.recurrenceId };
  const changeOf = (before: StoredRecurrence) => changed(before, body, { connections: tools.connections, now });
  const after = await tools.recurrences.change(ref, changeOf, { now, expected: expectedRevision });
  await advanceSoon(after, tools, now);
  return recurrenceOf(after);
}

type Circumstances = Pick<Tools, 'connections'> & { now: Date };

async function changed(before: StoredRecurrence, patch: RecurrencePatch, { connections, now }: Circumstances) {
  const part = await changedPart(before, patch, { connections, now });
  const parts = [...cut(before.parts, new Date(part.from), now), part];
  const bytes = parts.reduce((sum, one) => sum + contentBytes(one), 0);
  if (parts.length > mostParts || bytes > mostBytes) throw new Fault(recurrenceFaults['recurrence.too_many_changes']);
  const [sweepFrom] = [part.from, before.sweepFrom ?? part.from].toSorted();
  return { parts, sweepFrom };
}

/** What is from the wished time on; what the wish leaves out is as it was by then. */
async function changedPart(
  { teamId, state, parts }: StoredRecurrence,
  patch: RecurrencePatch,
  { connections, now }: Circumstances,
): Promise<Part & { from: string }> {
  const ended = new Fault(recurrenceFaults['recurrence.ended']);
  if (state === 'ended') throw ended;
  const from = startOf(patch, newest(parts), now);
  const before = partAt(parts, from);
  const content = changedContent(before, patch);
  const { connectionIds = before.connectionIds, rule = before.rule } = patch;
  const part = { ...content, connectionIds, rule, from: from.toISOString(), before: null };
  if (patch.rule) checkRule(patch.rule, from);
  else if (upcoming([part], from).next().done) throw ended;
  checkSize(content);
  if (patch.connectionIds) checkContent(content, await findTargets(connections, teamId, patch.connectionIds));
  else if (isAnother(content, before)) checkContent(content, await connections.findMany(teamId, connectionIds));
  return part;
}

/** Nothing is changed that lies in the past. */
function startOf({ from }: RecurrencePatch, { rule }: Part, now: Date): Date {
  if (from === undefined) return now;
  const { at } = zoneRules(rule.timeZone).instantOf(from);
  return at > now ? at : now;
}

const isAnother = (content: PostContent, before: PostContent) => !isDeepStrictEqual(content, contentOf(before));

export const handler = endpoint(schedulingContract.updateRecurrence, updateRecurrence, () => ({
  recurrences: recurrenceTable(),
  occurrences: occurrenceTable(),
  connections: connectionReader(),
  posts: recurringPosts({ posts: postTable(), queue: workQueue(publishingWorkers.publishLane) }),
  now,
  newId: () => newId('post'),
}));
