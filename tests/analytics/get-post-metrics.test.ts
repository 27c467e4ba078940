import { describe, expect, test } from 'vitest';
import { analyticsContract } from '../../functions/analytics/contract.ts';
import { getPostMetrics } from '../../functions/analytics/get-post-metrics.ts';
import { metricsTable } from '../../functions/analytics/metrics-table.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { unreadMetrics } from '../support/metrics.ts';
import { blueskyTarget, freshPosts, mastodonTarget, noon, plannedPost, shards } from '../support/posts.ts';
import { editor, otherTeamId, send, viewer } from '../support/request.ts';

async function setup() {
  const { table, posts } = await freshPosts();
  const metrics = metricsTable(table, dueIndex('METRICS', shards));
  const [mastodon, bluesky] = [mastodonTarget(), blueskyTarget()];
  const planned = plannedPost({ targets: [mastodon, bluesky] });
  await posts.insert(planned);
  const path = { postId: planned.post.id };
  return {
    metrics,
    mastodon,
    bluesky,
    path,
    handler: endpoint(analyticsContract.getPostMetrics, getPostMetrics, () => ({ posts, metrics })),
  };
}
const nothing = { likes: null, reposts: null, replies: null, fetchedAt: null };

describe('GET /posts/{postId}/metrics', () => {
  test('says "not available" of every target before anything was read', async () => {
    const { handler, path, mastodon, bluesky } = await setup();
    expect(await send(handler, { path, caller: viewer })).toMatchObject({
      status: 200,
      body: {
        postId: path.postId,
        targets: [
          { connectionId: mastodon.id, platform: 'mastodon', ...nothing },
          { connectionId: bluesky.id, platform: 'bluesky', ...nothing },
        ],
      },
    });
  });

  test('tells 0 from "not available"', async () => {
    const { handler, path, metrics, mastodon } = await setup();
    const tracked = unreadMetrics({ ...path, connectionId: mastodon.id });
    await metrics.track(tracked, noon);
    const figures = { likes: 0, reposts: 7, replies: null };
    await metrics.store(tracked, { figures, at: addSeconds(noon, 5), readAt: undefined });
    const { body } = await send(handler, { path });
    expect(body.targets[0]).toEqual({
      connectionId: mastodon.id,
      platform: 'mastodon',
      ...figures,
      fetchedAt: '2030-01-01T12:00:05.000Z',
    });
    expect(body.targets[1]).toMatchObject(nothing);
  });

  test('refuses a post of another team, an unknown one and what is no id', async () => {
    const { handler, path } = await setup();
    const missing = { status: 404, body: { code: 'post.not_found' } };
    expect(await send(handler, { path, caller: { ...editor, teamId: otherTeamId } })).toMatchObject(missing);
    expect(await send(handler, { path: { postId: newId('post') } })).toMatchObject(missing);
    expect(await send(handler, { path: { postId: 'post_1' } })).toMatchObject({
      status: 422,
      body: { code: 'input.invalid' },
    });
  });
});
