import { describe, expect, test } from 'vitest';
import { postsContract } from '../../functions/posts/contract.ts';
import { getPost } from '../../functions/posts/get-post.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import {
  freshPosts,
  mastodonTarget,
  noon,
  plannedPost,
  publishedOutcome,
  settle,
  targetFinder,
} from '../support/posts.ts';
import { editor, otherTeamId, send } from '../support/request.ts';

async function setup() {
  const { posts, publications, lanes } = await freshPosts();
  const connection = mastodonTarget({ tokenExpiresAt: noon.toISOString() });
  const planned = plannedPost({ targets: [connection] });
  await posts.insert(planned);
  const asked: (readonly string[])[] = [];
  const finder = targetFinder(connection);
  const findMany: typeof finder.findMany = (teamId, ids) => {
    asked.push(ids);
    return finder.findMany(teamId, ids);
  };
  const tools = { posts, lanes, connections: { findMany } };
  return { publications, planned, asked, handler: endpoint(postsContract.getPost, getPost, () => tools) };
}

describe('GET /posts/{postId}', () => {
  test('shows the post with what its publications say now', async () => {
    const { handler, planned, publications } = await setup();
    const path = { postId: planned.post.id };
    expect(await send(handler, { path })).toMatchObject({ status: 200, body: { id: path.postId, state: 'scheduled' } });
    const [publication] = planned.publications;
    if (!publication) throw new Error('nothing planned');
    const now = addSeconds(noon, 3600);
    await publications.claim(publication, { now, until: now, leaseSeconds: 60 });
    const reply = await send(handler, { path });
    expect(reply.body).toMatchObject({ state: 'publishing', targets: [{ state: 'publishing' }] });
    expect(reply.body).not.toHaveProperty('teamId');
    expect(reply.body.targets[0]).not.toHaveProperty('leaseId');
  });

  test('tells what will keep it from going out, while that can be mended, and asks for nothing else', async () => {
    const { handler, planned, publications, asked } = await setup();
    const path = { postId: planned.post.id };
    const [publication] = planned.publications;
    const warning = { code: 'token_expires', connectionId: publication?.connectionId, action: 'reconnect' };
    expect((await send(handler, { path })).body.warnings).toMatchObject([warning]);
    await settle(publications, publication, publishedOutcome);
    expect((await send(handler, { path })).body.warnings).toEqual([]);
    expect(asked).toEqual([[publication?.connectionId]]);
  });

  test('tags what it shows, and says so when the caller has the current copy', async () => {
    const { handler, planned, publications } = await setup();
    const path = { postId: planned.post.id };
    const { headers } = await send(handler, { path });
    const current = { path, method: 'GET', headers: { 'if-none-match': String(headers?.etag) } };
    expect(await send(handler, current)).toMatchObject({ status: 304, body: undefined });
    await settle(publications, planned.publications[0], publishedOutcome);
    expect(await send(handler, current)).toMatchObject({ status: 200, body: { state: 'published' } });
  });

  test('refuses a post of another team and what is no id', async () => {
    const { handler, planned } = await setup();
    const path = { postId: planned.post.id };
    const stranger = { ...editor, teamId: otherTeamId };
    expect(await send(handler, { path, caller: stranger })).toMatchObject({
      status: 404,
      body: { code: 'post.not_found' },
    });
    expect(await send(handler, { path: { postId: '1' } })).toMatchObject({
      status: 422,
      body: { code: 'input.invalid' },
    });
  });
});
