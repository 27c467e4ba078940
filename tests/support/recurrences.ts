import type { TargetConnection } from '../../functions/connections/public.ts';
import { recurringPosts } from '../../functions/posts/public.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { advance, horizonSeconds } from '../../functions/scheduling/advance.ts';
import { type RecurrenceRule, schedulingContract } from '../../functions/scheduling/contract.ts';
import { createRecurrence } from '../../functions/scheduling/create-recurrence.ts';
import { deleteRecurrence } from '../../functions/scheduling/delete-recurrence.ts';
import { getRecurrence } from '../../functions/scheduling/get-recurrence.ts';
import { makeOccurrences } from '../../functions/scheduling/make-occurrences.ts';
import { occurrenceTable } from '../../functions/scheduling/occurrence-table.ts';
import type { StoredRecurrence } from '../../functions/scheduling/recurrence.ts';
import { recurrenceTable } from '../../functions/scheduling/recurrence-table.ts';
import { updateRecurrence } from '../../functions/scheduling/update-recurrence.ts';
import { blueskyTarget, freshPosts, mastodonTarget, noon, recordingQueue, shards, targetFinder } from './posts.ts';
import { type Request, send, testTeamId } from './request.ts';

/** Every day at nine in Berlin, which is eight in UTC; noon is that of the first of January. */
export const daily = (overrides: Partial<RecurrenceRule> = {}): RecurrenceRule => ({
  rrule: 'FREQ=DAILY;COUNT=30',
  start: '2030-01-01T09:00',
  timeZone: 'Europe/Berlin',
  except: [],
  ...overrides,
});

/** Recurrences over one fresh table, with a clock that tests set. */
export async function freshRecurrences() {
  const { table, posts, publications, lanes } = await freshPosts();
  const queue = recordingQueue();
  const [mastodon, bluesky] = [mastodonTarget(), blueskyTarget()];
  const clock = { now: noon };
  let connected: TargetConnection[] = [mastodon, bluesky];
  const tools = {
    recurrences: recurrenceTable(table, dueIndex('RECUR', shards)),
    occurrences: occurrenceTable(table),
    posts: recurringPosts({ posts, queue }),
    connections: {
      findMany: (teamId: string, ids: readonly string[]) => targetFinder(...connected).findMany(teamId, ids),
    },
    now: () => clock.now,
    newId: () => newId('post'),
    newRecurrenceId: () => newId('recur'),
  };
  const creating = endpoint(schedulingContract.createRecurrence, createRecurrence, () => tools);
  const reading = endpoint(schedulingContract.getRecurrence, getRecurrence, () => tools);
  const updating = endpoint(schedulingContract.updateRecurrence, updateRecurrence, () => tools);
  const deleting = endpoint(schedulingContract.deleteRecurrence, deleteRecurrence, () => tools);
  const at = (recurrenceId: string) => ({ path: { recurrenceId } });

  /** The posts that are there, by their times. */
  async function planned() {
    const { posts: found } = await posts.list(testTeamId, { limit: 1000 });
    return found.toSorted((one, other) => (String(one.publishAt) < String(other.publishAt) ? -1 : 1));
  }

  return {
    table,
    postTable: posts,
    publications,
    lanes,
    queue,
    tools,
    clock,
    mastodon,
    bluesky,
    disconnect: (...ids: string[]) => {
      connected = connected.filter(({ id }) => !ids.includes(id));
    },
    connect: (connection: TargetConnection) => {
      connected = [...connected.filter(({ id }) => id !== connection.id), connection];
    },
    create: (rule: object = {}, body: object = {}) =>
      send(creating, { body: { text: 'Hello', connectionIds: [mastodon.id], rule: daily(rule), ...body } }),
    read: (id: string, request: Request = {}) => send(reading, { method: 'GET', ...at(id), ...request }),
    update: (id: string, body: object, request: Request = {}) =>
      send(updating, { method: 'PATCH', ...at(id), body, ...request }),
    remove: (id: string, request: Request = {}) => send(deleting, { method: 'DELETE', ...at(id), ...request }),
    load: (id: string): Promise<StoredRecurrence> => tools.recurrences.load(testTeamId, id),
    runTimer: () => makeOccurrences(tools),
    advance: (recurrence: StoredRecurrence) =>
      advance(recurrence, tools, {
        now: clock.now,
        until: new Date(clock.now.getTime() + horizonSeconds * 1000),
      }),
    planned,
    times: async () => (await planned()).map(({ publishAt }) => publishAt),
    texts: async () => (await planned()).map(({ text }) => text),
  };
}
