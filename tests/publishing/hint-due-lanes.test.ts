import { describe, expect, test } from 'vitest';
import type { PlannedPost } from '../../functions/posts/post.ts';
import { publishingTimers } from '../../functions/publishing/contract.ts';
import { hintDueLanes } from '../../functions/publishing/hint-due-lanes.ts';
import { publishingSettingsTable } from '../../functions/publishing/publishing-settings-table.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { timer } from '../../functions/runtime/timer.ts';
import {
  freshPosts,
  mastodonTarget,
  noon,
  plannedPost,
  publishedOutcome,
  recordingQueue,
  settle,
} from '../support/posts.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';

async function setup() {
  const { posts, publications, table } = await freshPosts();
  const settings = publishingSettingsTable(table);
  const queue = recordingQueue();
  const run = (now: Date) =>
    timer(publishingTimers.hintDueLanes, hintDueLanes, () => ({
      publications,
      settings,
      queue,
      now: () => now,
    }))();
  const schedule = async (inSeconds: number, targets = [mastodonTarget()], teamId = testTeamId) => {
    const planned = ofTeam(plannedPost({ targets, publishAt: addSeconds(noon, inSeconds).toISOString() }), teamId);
    await posts.insert(planned);
    return planned;
  };
  return { publications, queue, run, schedule };
}

const ofTeam = ({ post, publications }: PlannedPost, teamId: string): PlannedPost => ({
  post: { ...post, teamId },
  publications: publications.map((one) => ({ ...one, teamId })),
});

describe('hintDueLanes', () => {
  test('sends what comes due before the next run, with the delay that is left', async () => {
    const { queue, run, schedule } = await setup();
    await schedule(0.5);
    await schedule(59);
    await schedule(76);
    await run(noon);
    expect(queue.sent.map(({ delaySeconds }) => delaySeconds).toSorted()).toEqual([0.5, 59]);
  });

  test('sends a hint for every connection of a post, and at once for what is late', async () => {
    const { queue, run, schedule } = await setup();
    const { post } = await schedule(10, [mastodonTarget(), mastodonTarget()]);
    await run(addSeconds(noon, 4000));
    const bodies = queue.sent.map(({ body }) => body);
    expect(bodies).toEqual(
      expect.arrayContaining(post.targets.map(({ connectionId }) => ({ teamId: post.teamId, connectionId }))),
    );
    expect(queue.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 0]);
  });

  test('sends one hint for all that a connection has in one second, and one for all that is late', async () => {
    const { queue, run, schedule } = await setup();
    const target = mastodonTarget();
    for (const seconds of [-50, -10, 10.2, 10.9, 11.1]) await schedule(seconds, [target]);
    await run(noon);
    expect(queue.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 10.2, 11.1]);
  });

  test('lets teams take turns within a second, and nobody overtake an earlier second', async () => {
    const { queue, run, schedule } = await setup();
    const crowd = Array.from({ length: 20 }, () => mastodonTarget());
    await schedule(10.1, crowd);
    await schedule(10.8, [mastodonTarget()], otherTeamId);
    await schedule(9.9, [mastodonTarget()]);
    await run(noon);
    const teams = queue.sent.map(({ body }) => (body as { teamId: string }).teamId);
    expect(queue.sent[0]?.delaySeconds).toBe(9.9);
    expect(teams.indexOf(otherTeamId)).toBeLessThanOrEqual(2);
  });

  test('sends nothing when nothing is due, and forgets what is settled', async () => {
    const { queue, run, schedule, publications } = await setup();
    const {
      publications: [publication],
    } = await schedule(3600);
    await run(noon);
    await settle(publications, publication, publishedOutcome);
    await run(addSeconds(noon, 4000));
    expect(queue.sent).toEqual([]);
  });
});
