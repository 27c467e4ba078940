import { describe, expect, test } from 'vitest';
import { postsContract } from '../../functions/posts/contract.ts';
import { deletePost } from '../../functions/posts/delete-post.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { claim, freshPosts, later, noon, plannedPost, publishedOutcome, settle } from '../support/posts.ts';
import { editor, otherTeamId, send, viewer } from '../support/request.ts';

async function setup(now = noon) {
  const { table, posts, publications } = await freshPosts();
  const planned = plannedPost();
  await posts.insert(planned);
  const handler = endpoint(postsContract.deletePost, deletePost, () => ({ posts, now: () => now }));
  const [publication] = planned.publications;
  return { table, publications, publication, handler, path: { postId: planned.post.id } };
}

describe('DELETE /posts/{postId}', () => {
  test('cancels what was scheduled and leaves nothing behind', async () => {
    const { handler, path, table } = await setup();
    expect(await send(handler, { path })).toMatchObject({ status: 204, body: undefined });
    expect(await table.rows()).toEqual([]);
    expect(await send(handler, { path })).toMatchObject({ status: 404, body: { code: 'post.not_found' } });
  });

  test('refuses a post that is in work, whatever the clock says', async () => {
    const { handler, path, table, publications, publication } = await setup();
    await claim(publications, publication);
    const before = await table.rows();
    expect(await send(handler, { path })).toMatchObject({ status: 409, body: { code: 'post.locked' } });
    expect(await table.rows()).toEqual(before);
  });

  test('refuses a post that is due within seconds', async () => {
    const { handler, path } = await setup(new Date(later));
    expect(await send(handler, { path })).toMatchObject({ status: 409, body: { code: 'post.locked' } });
  });

  test('refuses a published post', async () => {
    const { handler, path, publications, publication } = await setup();
    await settle(publications, publication, publishedOutcome);
    expect(await send(handler, { path })).toMatchObject({ status: 409, body: { code: 'post.final' } });
  });

  test('refuses viewers and other teams', async () => {
    const { handler, path } = await setup();
    expect(await send(handler, { path, caller: viewer })).toMatchObject({ status: 403 });
    expect(await send(handler, { path, caller: { ...editor, teamId: otherTeamId } })).toMatchObject({ status: 404 });
  });
});
