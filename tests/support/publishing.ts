import type { TargetConnection } from '../../functions/connections/public.ts';
import { laneTable } from '../../functions/posts/lane-table.ts';
import type { StoredPublication } from '../../functions/posts/publication.ts';
import { publicationIdOf } from '../../functions/posts/publication-id.ts';
import { attemptTable } from '../../functions/publishing/attempt-table.ts';
import { publishLane } from '../../functions/publishing/publish-lane.ts';
import { publishingSettingsTable } from '../../functions/publishing/publishing-settings-table.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { scriptedAdapter } from './adapter.ts';
import { openedOf } from './opened-account.ts';
import { freshPosts, later, mastodonTarget, plannedPost, recordingQueue } from './posts.ts';
import { testTeamId } from './request.ts';

/** The hour for which posts of tests are planned. */
export const dueTime = new Date(later);

/** All that publishes and decides, over one fresh table, with accounts of the test team on a scripted platform. */
export async function freshPublishing({
  targets = [mastodonTarget()],
  ...script
}: Parameters<typeof scriptedAdapter>[0] & { targets?: TargetConnection[] } = {}) {
  const { table, posts, publications } = await freshPosts();
  const platform = scriptedAdapter(script);
  const clock = { now: dueTime };
  const queue = recordingQueue();
  const connections = {
    findMany: async (teamId: string, ids: readonly string[]) =>
      targets.filter(({ id }) => teamId === testTeamId && ids.includes(id)),
    listIds: async (teamId: string, limit: number) =>
      teamId === testTeamId ? targets.map(({ id }) => id).slice(0, limit) : [],
  };
  const accounts = {
    open: async (teamId: string, id: string) => {
      const [connection] = await connections.findMany(teamId, [id]);
      return connection && openedOf(connection);
    },
    markNeedsReconnect: async () => undefined,
  };
  const tools = {
    posts,
    publications,
    lanes: laneTable(table),
    attempts: attemptTable(table),
    settings: publishingSettingsTable(table),
    connections,
    accounts,
    adapterFor: async () => platform.adapter,
    queue,
    now: () => clock.now,
    wait: async (ms: number) => {
      clock.now = new Date(clock.now.getTime() + ms);
    },
  };

  /** A post on all targets, or those given. */
  async function schedule(draft: Parameters<typeof plannedPost>[0] = {}): Promise<StoredPublication[]> {
    const planned = plannedPost({ targets, ...draft });
    await posts.insert(planned);
    return planned.publications;
  }

  /** One publication, as it was planned. */
  async function scheduleOne(draft: Parameters<typeof plannedPost>[0] = {}): Promise<StoredPublication> {
    const [publication] = await schedule(draft);
    if (!publication) throw new Error('nothing planned');
    return publication;
  }

  const publish = async ({ connectionId }: { connectionId: string }, now = dueTime) => {
    clock.now = now;
    await publishLane({ teamId: testTeamId, connectionId }, tools);
  };

  /** Publishes until nothing is to be tried any more. */
  async function publishToTheEnd(publication: StoredPublication, from = dueTime) {
    for (let now = from; ; now = new Date((await publications.find(publication))?.nextAttemptAt ?? now)) {
      await publish(publication, now);
      if ((await publications.find(publication))?.leaseUntil === '' && !(await isOpen(publication))) return;
      if (now > addSeconds(from, 7 * 24 * 3600)) throw new Error('it never ends');
    }
  }
  const isOpen = async (publication: StoredPublication) =>
    (await table.rows()).some(({ gsi1sk }) => String(gsi1sk).includes(publication.postId));

  const path = (publication: StoredPublication) => ({ publicationId: publicationIdOf(publication) });
  return { ...platform, table, tools, queue, clock, targets, schedule, scheduleOne, publish, publishToTheEnd, path };
}
