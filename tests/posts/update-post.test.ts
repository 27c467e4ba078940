import { describe, expect, test } from 'vitest';
import { postsContract } from '../../functions/posts/contract.ts';
import { updatePost } from '../../functions/posts/update-post.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import {
  blueskyTarget,
  claim,
  failedOutcome,
  freshPosts,
  later,
  mastodonTarget,
  noon,
  plannedPost,
  publishedOutcome,
  recordingQueue,
  settle,
  targetFinder,
} from '../support/posts.ts';
import { editor, otherTeamId, send, testTeamId, viewer } from '../support/request.ts';

async function setup({ now = noon, publishAt = later as string | null } = {}) {
  const { table, posts, publications, lanes } = await freshPosts();
  const queue = recordingQueue();
  const mastodon = mastodonTarget();
  const bluesky = blueskyTarget();
  const planned = plannedPost({ targets: [mastodon], publishAt });
  await posts.insert(planned);
  const tools = { posts, lanes, queue, connections: targetFinder(mastodon, bluesky), now: () => now };
  const handler = endpoint(postsContract.updatePost, updatePost, () => tools);
  const [publication] = planned.publications;
  return {
    table,
    posts,
    lanes,
    publications,
    publication,
    queue,
    mastodon,
    bluesky,
    planned,
    handler,
    path: { postId: planned.post.id },
  };
}

describe('PATCH /posts/{postId}', () => {
  test('changes the text and keeps the rest', async () => {
    const { handler, path } = await setup();
    const reply = await send(handler, { path, body: { text: 'Better' } });
    expect(reply).toMatchObject({ status: 200, body: { text: 'Better', state: 'scheduled', publishAt: later } });
  });

  test('tells what will keep it from going out at its new time', async () => {
    const { handler, path, mastodon } = await setup();
    Object.assign(mastodon, { tokenExpiresAt: '2030-01-02T00:00:00.000Z' });
    const told = async (body: object) => (await send(handler, { path, body })).body.warnings;
    expect(await told({ text: 'Better' })).toEqual([]);
    expect(await told({ publishAt: '2030-01-03T00:00:00.000Z' })).toMatchObject([{ code: 'token_expires' }]);
    expect(await told({ publishAt: null })).toEqual([]);
  });

  test('reschedules, and plans anew so that no earlier message or handle fits', async () => {
    const { handler, path, posts, publication } = await setup();
    const publishAt = '2030-01-02T00:00:00.000Z';
    expect(await send(handler, { path, body: { publishAt } })).toMatchObject({ body: { publishAt } });
    const { publications } = await posts.load(testTeamId, path.postId);
    expect(publications).toMatchObject([{ publishAt, nextAttemptAt: publishAt, plan: 2 }]);
    expect(publication?.plan).toBe(1);
  });

  test('reschedules to a local time, and keeps it with another text', async () => {
    const { handler, path, posts } = await setup();
    const time = { localTime: '2030-07-01T09:30', timeZone: 'America/New_York' };
    const planned = { publishAt: '2030-07-01T13:30:00.000Z', schedule: { ...time, adjusted: null } };
    expect(await send(handler, { path, body: { publishAt: time } })).toMatchObject({ status: 200, body: planned });
    expect(await send(handler, { path, body: { text: 'Better' } })).toMatchObject({ status: 200, body: planned });
    expect((await posts.load(testTeamId, path.postId)).publications).toMatchObject([time]);
    const atInstant = await send(handler, { path, body: { publishAt: later } });
    expect(atInstant).toMatchObject({ body: { publishAt: later, schedule: null } });
    expect((await posts.load(testTeamId, path.postId)).publications).toEqual([
      expect.not.objectContaining({ timeZone: expect.anything() }),
    ]);
  });

  test('makes a draft again without a time, and nothing is due any more', async () => {
    const { handler, path, table } = await setup();
    const reply = await send(handler, { path, body: { publishAt: null } });
    expect(reply).toMatchObject({ body: { state: 'draft', publishAt: null, targets: [{ state: 'draft' }] } });
    expect((await table.rows()).filter((row) => 'gsi1pk' in row)).toEqual([]);
  });

  test('changes the targets and schedules a draft', async () => {
    const { handler, path, posts, bluesky, queue } = await setup({ publishAt: null });
    const soon = '2030-01-01T12:00:30.000Z';
    const reply = await send(handler, { path, body: { connectionIds: [bluesky.id], publishAt: soon } });
    expect(reply).toMatchObject({ body: { state: 'scheduled', targets: [{ connectionId: bluesky.id }] } });
    expect((await posts.load(testTeamId, path.postId)).publications.map(({ platform }) => platform)).toEqual([
      'bluesky',
    ]);
    expect(queue.sent).toHaveLength(1);
  });

  test('a draft whose connection is gone can still be edited, but not scheduled on it', async () => {
    const { posts, lanes, path } = await setup({ publishAt: null });
    const tools = { posts, lanes, queue: recordingQueue(), connections: targetFinder(), now: () => noon };
    const handler = endpoint(postsContract.updatePost, updatePost, () => tools);
    expect(await send(handler, { path, body: { text: 'Edited' } })).toMatchObject({ status: 200 });
    expect(await send(handler, { path, body: { publishAt: later } })).toMatchObject({ status: 404 });
  });

  test('a post that failed everywhere may be mended and tried again', async () => {
    const { handler, path, posts, publications, publication } = await setup();
    await settle(publications, publication, failedOutcome);
    const publishAt = '2030-01-01T15:00:00.000Z';
    const reply = await send(handler, { path, body: { text: 'Mended', publishAt } });
    expect(reply).toMatchObject({ status: 200, body: { state: 'scheduled' } });
    const [again] = (await posts.load(testTeamId, path.postId)).publications;
    expect(again).toMatchObject({ state: 'scheduled', attempts: 0 });
    expect(again?.plan).toBeGreaterThan(publication?.plan ?? 0);
  });

  test.each([
    ['a time in the past', { publishAt: '2030-01-01T11:00:00Z' }, 422, 'post.in_past'],
    ['a schedule without targets', { connectionIds: [] }, 422, 'post.no_targets'],
    ['an unknown connection', { connectionIds: [newId('conn')] }, 404, 'connection.not_found'],
    ['a text too long for a target', { text: 'x'.repeat(501) }, 422, 'post.text_too_long'],
    ['an unknown field', { state: 'published' }, 422, 'input.unknown_field'],
  ])('refuses %s and changes nothing', async (_, body, status, code) => {
    const { handler, path, table } = await setup();
    const before = await table.rows();
    expect(await send(handler, { path, body })).toMatchObject({ status, body: { code } });
    expect(await table.rows()).toEqual(before);
  });

  test('goes on only while the post is as the caller saw it', async () => {
    const { handler, path } = await setup();
    const first = await send(handler, { path, body: { text: 'One' } });
    const seen = { 'if-match': String(first.headers?.etag) };
    expect(await send(handler, { path, body: { text: 'Two' }, headers: seen })).toMatchObject({ status: 200 });
    const stale = await send(handler, { path, body: { text: 'Three' }, headers: seen });
    expect(stale).toMatchObject({ status: 412, body: { code: 'version.changed' } });
    expect(await send(handler, { path, body: { text: 'Four' }, headers: { 'if-match': '"foreign"' } })).toMatchObject({
      status: 412,
    });
    expect(await send(handler, { path, body: { text: 'Five' }, headers: { 'if-match': '*' } })).toMatchObject({
      status: 200,
    });
  });

  test('refuses seconds before the due time', async () => {
    const { handler, path } = await setup({ now: addSeconds(new Date(later), -5) });
    expect(await send(handler, { path, body: { text: 'Late' } })).toMatchObject({
      status: 409,
      body: { code: 'post.locked' },
    });
  });

  test('refuses when the publisher takes the post between the read and the write', async () => {
    const { path, posts, lanes, publications, publication, table } = await setup();
    const raced = endpoint(postsContract.updatePost, updatePost, () => ({
      lanes,
      queue: recordingQueue(),
      now: () => noon,
      connections: targetFinder(mastodonTarget({ id: publication?.connectionId ?? '' })),
      posts: {
        load: async (teamId: string, id: string) => {
          const loaded = await posts.load(teamId, id);
          await claim(publications, publication);
          return loaded;
        },
        replace: posts.replace,
      },
    }));
    expect(await send(raced, { path, body: { text: 'Raced' } })).toMatchObject({
      status: 409,
      body: { code: 'post.locked' },
    });
    expect(JSON.stringify(await table.rows())).not.toContain('Raced');
  });

  test('refuses a published post', async () => {
    const { handler, path, publications, publication } = await setup();
    await settle(publications, publication, publishedOutcome);
    expect(await send(handler, { path, body: { text: 'New' } })).toMatchObject({
      status: 409,
      body: { code: 'post.final' },
    });
  });

  test('refuses viewers and other teams', async () => {
    const { handler, path } = await setup();
    const stranger = { ...editor, teamId: otherTeamId };
    expect(await send(handler, { path, body: { text: 'x' }, caller: viewer })).toMatchObject({ status: 403 });
    expect(await send(handler, { path, body: { text: 'x' }, caller: stranger })).toMatchObject({
      status: 404,
      body: { code: 'post.not_found' },
    });
  });
});
