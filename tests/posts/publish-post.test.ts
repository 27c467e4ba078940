import { describe, expect, test } from 'vitest';
import { postsContract } from '../../functions/posts/contract.ts';
import { publishPost } from '../../functions/posts/publish-post.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import {
  blueskyTarget,
  freshPosts,
  mastodonTarget,
  noon,
  plannedPost,
  publishedOutcome,
  recordingQueue,
  settle,
  targetFinder,
} from '../support/posts.ts';
import { editor, otherTeamId, send, testTeamId, viewer } from '../support/request.ts';

type Setup = { publishAt?: string | null; text?: string; targets?: ReturnType<typeof mastodonTarget>[] };

async function setup({ targets = [mastodonTarget()], ...draft }: Setup = {}) {
  const { posts, publications, lanes } = await freshPosts();
  const queue = recordingQueue();
  const planned = plannedPost({ targets, ...draft });
  await posts.insert(planned);
  const tools = { posts, lanes, queue, connections: targetFinder(...targets), now: () => noon };
  const handler = endpoint(postsContract.publishPost, publishPost, () => tools);
  return { posts, lanes, publications, planned, queue, handler, path: { postId: planned.post.id } };
}

describe('POST /posts/{postId}/publish', () => {
  test.each([
    ['a draft', null],
    ['a scheduled post', '2030-01-02T00:00:00.000Z'],
  ])('queues %s at once', async (_, publishAt) => {
    const target = mastodonTarget();
    const { handler, path, posts, queue } = await setup({ publishAt, targets: [target] });
    const reply = await send(handler, { path });
    expect(reply).toMatchObject({ status: 202, body: { state: 'publishing', targets: [{ state: 'queued' }] } });
    expect(queue.sent).toMatchObject([{ body: { connectionId: target.id }, delaySeconds: 0 }]);
    const { publications } = await posts.load(testTeamId, path.postId);
    expect(publications).toMatchObject([{ state: 'queued', nextAttemptAt: noon.toISOString() }]);
  });

  test('a second call finds the post locked and queues nothing more', async () => {
    const { handler, path, queue } = await setup();
    await send(handler, { path });
    expect(await send(handler, { path })).toMatchObject({ status: 409, body: { code: 'post.locked' } });
    expect(queue.sent).toHaveLength(1);
  });

  test('refuses what is published', async () => {
    const { handler, path, publications, planned } = await setup();
    await settle(publications, planned.publications[0], publishedOutcome);
    expect(await send(handler, { path })).toMatchObject({ status: 409, body: { code: 'post.final' } });
  });

  test.each([
    ['a draft without targets', { targets: [], publishAt: null }, 422, 'post.no_targets'],
    [
      'a draft too long for its target',
      { targets: [blueskyTarget()], text: 'x'.repeat(301), publishAt: null },
      422,
      'post.text_too_long',
    ],
  ])('refuses %s', async (_, draft, status, code) => {
    const { handler, path } = await setup(draft);
    expect(await send(handler, { path })).toMatchObject({ status, body: { code } });
  });

  test('refuses a target that was disconnected meanwhile', async () => {
    const { posts, lanes, path } = await setup();
    const tools = { posts, lanes, queue: recordingQueue(), connections: targetFinder(), now: () => noon };
    const handler = endpoint(postsContract.publishPost, publishPost, () => tools);
    expect(await send(handler, { path })).toMatchObject({ status: 404, body: { code: 'connection.not_found' } });
  });

  test('refuses viewers and other teams', async () => {
    const { handler, path, queue } = await setup();
    expect(await send(handler, { path, caller: viewer })).toMatchObject({ status: 403 });
    expect(await send(handler, { path, caller: { ...editor, teamId: otherTeamId } })).toMatchObject({ status: 404 });
    expect(queue.sent).toEqual([]);
  });
});
