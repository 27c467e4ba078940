import { describe, expect, test } from 'vitest';
import { facebookFacts } from '../../functions/platforms/facebook/facts.ts';
import { postsContract } from '../../functions/posts/contract.ts';
import { createPost } from '../../functions/posts/create-post.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import {
  blueskyTarget,
  freshPosts,
  later,
  mastodonTarget,
  noon,
  recordingQueue,
  targetFinder,
} from '../support/posts.ts';
import { editor, otherTeamId, send, testTeamId, viewer } from '../support/request.ts';

async function setup(of: Parameters<typeof mastodonTarget>[0] = {}) {
  const { table, posts, lanes } = await freshPosts();
  const queue = recordingQueue();
  const mastodon = mastodonTarget(of);
  const bluesky = blueskyTarget();
  const tools = {
    posts,
    lanes,
    queue,
    connections: targetFinder(mastodon, bluesky),
    now: () => noon,
    newId: () => newId('post'),
  };
  const handler = endpoint(postsContract.createPost, createPost, () => tools);
  return { table, posts, queue, mastodon, bluesky, handler };
}

describe('POST /posts', () => {
  test('stores a draft without a time and plans nothing', async () => {
    const { handler, posts, queue, mastodon } = await setup();
    const reply = await send(handler, { body: { text: ' hi ', connectionIds: [mastodon.id] } });
    expect(reply).toMatchObject({ status: 201, body: { text: 'hi', state: 'draft', publishAt: null } });
    expect(reply.body.targets).toEqual([{ connectionId: mastodon.id, platform: 'mastodon', state: 'draft' }]);
    expect((await posts.load(testTeamId, reply.body.id)).publications).toEqual([]);
    expect(queue.sent).toEqual([]);
  });

  test('schedules a publication for each target, in the due index until it is settled', async () => {
    const { handler, table, mastodon, bluesky } = await setup();
    const body = { text: 'hi', connectionIds: [mastodon.id, bluesky.id], publishAt: '2030-01-01T14:00:00+01:00' };
    const reply = await send(handler, { body });
    expect(reply).toMatchObject({ status: 201, body: { state: 'scheduled', publishAt: later } });
    const rows = (await table.rows()).filter(({ entity }) => entity === 'publication');
    expect(rows.map(({ gsi1sk }) => gsi1sk)).toEqual([expect.stringContaining(later), expect.stringContaining(later)]);
    expect(rows).toEqual(
      rows.map((row) => expect.objectContaining({ state: 'scheduled', teamId: testTeamId, ...row })),
    );
  });

  test('tells what will keep it from going out, and keeps nothing of that', async () => {
    const { handler, table, mastodon } = await setup({ state: 'needs_reconnect' });
    const body = { text: 'hi', connectionIds: [mastodon.id] };
    expect((await send(handler, { body })).body.warnings).toEqual([]);
    const reply = await send(handler, { body: { ...body, publishAt: later } });
    expect(reply.body.warnings).toMatchObject([{ code: 'needs_reconnect', connectionId: mastodon.id }]);
    expect(JSON.stringify(await table.rows())).not.toContain('warnings');
  });

  test('takes a local time, shows it with its instant, and marks the publications to be looked at again', async () => {
    const { handler, table, posts, mastodon } = await setup();
    const time = { localTime: '2030-10-27T02:30', timeZone: 'Europe/Berlin' };
    const reply = await send(handler, { body: { text: 'hi', connectionIds: [mastodon.id], publishAt: time } });
    const publishAt = '2030-10-27T00:30:00.000Z';
    expect(reply).toMatchObject({ status: 201, body: { publishAt, schedule: { ...time, adjusted: 'overlap' } } });
    expect((await posts.load(testTeamId, reply.body.id)).publications).toMatchObject([{ publishAt, ...time }]);
    const [row] = (await table.rows()).filter(({ entity }) => entity === 'publication');
    expect(row?.gsi1sk).toMatch(/^2030-10-27T00:30:00.000Z#.*#L$/);
  });

  test('tells the publisher at once of what is due before the timer is sure to look', async () => {
    const { handler, queue, mastodon } = await setup();
    const body = { text: 'hi', connectionIds: [mastodon.id], publishAt: '2030-01-01T12:00:05.900Z' };
    await send(handler, { body });
    const ref = { teamId: testTeamId, connectionId: mastodon.id };
    expect(queue.sent).toEqual([{ body: ref, delaySeconds: 5.9 }]);
  });

  test.each([
    ['a time in the past', { publishAt: '2030-01-01T11:59:59Z' }, 422, 'post.in_past'],
    ['a naive time', { publishAt: '2030-01-01T13:00:00' }, 422, 'input.naive_time'],
    [
      'a day that does not exist',
      { publishAt: { localTime: '2030-02-29T09:00', timeZone: 'UTC' } },
      422,
      'input.impossible_time',
    ],
    [
      'an unknown zone',
      { publishAt: { localTime: '2030-02-28T09:00', timeZone: 'Mars' } },
      422,
      'input.unknown_time_zone',
    ],
    [
      'a local time in the past',
      { publishAt: { localTime: '2030-01-01T12:30', timeZone: 'Europe/Berlin' } },
      422,
      'post.in_past',
    ],
    ['what is no time', { publishAt: 'tomorrow' }, 422, 'input.invalid'],
    ['a schedule without targets', { connectionIds: [], publishAt: later }, 422, 'post.no_targets'],
    ['an unknown field', { txet: 'hi' }, 422, 'input.unknown_field'],
    ['an empty text', { text: ' ' }, 422, 'input.invalid'],
    ['a missing text', { text: undefined }, 422, 'input.missing_field'],
    ['a connection that the team does not have', { connectionIds: [newId('conn')] }, 404, 'connection.not_found'],
    ['what is no id', { connectionIds: ['conn_1'] }, 422, 'input.invalid'],
  ])('refuses %s and stores nothing', async (_, wrong, status, code) => {
    const { handler, table, queue, mastodon } = await setup();
    const reply = await send(handler, { body: { text: 'hi', connectionIds: [mastodon.id], ...wrong } });
    expect(reply).toMatchObject({ status, body: { code, status, requestId: 'request-1' } });
    expect(await table.rows()).toEqual([]);
    expect(queue.sent).toEqual([]);
  });

  test('refuses the same connection twice', async () => {
    const { handler, mastodon } = await setup();
    const reply = await send(handler, { body: { text: 'hi', connectionIds: [mastodon.id, mastodon.id] } });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'body.connectionIds' }] } });
  });

  test('refuses a text that is too long for one target, naming it, but keeps it as a draft', async () => {
    const { handler, table, mastodon, bluesky } = await setup();
    const draft = { text: 'x'.repeat(301), connectionIds: [mastodon.id, bluesky.id] };
    const reply = await send(handler, { body: { ...draft, publishAt: later } });
    expect(reply).toMatchObject({ status: 422, body: { code: 'post.text_too_long' } });
    expect(reply.body.errors).toEqual([
      {
        path: 'body.text',
        code: 'post.text_too_long',
        message: expect.stringContaining(`${bluesky.accountName} on Bluesky takes 300`),
        connectionId: bluesky.id,
      },
    ]);
    expect(await table.rows()).toEqual([]);
    expect(await send(handler, { body: draft })).toMatchObject({ status: 201, body: { state: 'draft' } });
  });

  test('takes a text as long as the platform does that takes most, and none that is longer', async () => {
    const { handler, mastodon: page } = await setup({ platform: 'facebook', textLimits: facebookFacts.limits.text });
    const body = (length: number) => ({ text: 'x'.repeat(length), connectionIds: [page.id], publishAt: later });
    expect(await send(handler, { body: body(63_206) })).toMatchObject({ status: 201, body: { state: 'scheduled' } });
    expect(await send(handler, { body: body(63_207) })).toMatchObject({
      status: 422,
      body: { code: 'input.invalid', errors: [{ path: 'body.text' }] },
    });
  });

  test('refuses a body that is not JSON', async () => {
    expect(await send((await setup()).handler, { body: '{"text":' })).toMatchObject({
      status: 400,
      body: { code: 'input.not_json' },
    });
  });

  test('refuses viewers, strangers and connections of another team', async () => {
    const { handler, table, mastodon } = await setup();
    const body = { text: 'hi', connectionIds: [mastodon.id] };
    expect(await send(handler, { body, caller: viewer })).toMatchObject({
      status: 403,
      body: { code: 'auth.role_too_low' },
    });
    expect(await send(handler, { body, caller: null })).toMatchObject({
      status: 401,
      body: { code: 'auth.token_invalid' },
    });
    const stranger = { ...editor, teamId: otherTeamId };
    expect(await send(handler, { body, caller: stranger })).toMatchObject({
      status: 404,
      body: { code: 'connection.not_found' },
    });
    expect(await table.rows()).toEqual([]);
  });

  const picture = { url: 'https://cdn.example.com/a.png', type: 'image/png', altText: 'Ada' };

  test('keeps files and what single platforms are to get, and shows them', async () => {
    const { handler, posts, mastodon, bluesky } = await setup();
    const content = { text: 'hi', media: [picture], overrides: { bluesky: { text: 'hello' } } };
    const body = { ...content, connectionIds: [mastodon.id, bluesky.id], publishAt: later };
    const reply = await send(handler, { body });
    expect(reply).toMatchObject({ status: 201, body: content });
    expect((await posts.load(testTeamId, reply.body.id)).post).toMatchObject(content);
  });

  test('takes a fraction of a second that is finer than what a table keeps', async () => {
    const { handler, posts } = await setup();
    const body = { text: 'hi', overrides: { pinterest: { coverSeconds: 5e-324 } }, connectionIds: [] };
    const reply = await send(handler, { body });
    expect(reply).toMatchObject({ status: 201, body: { overrides: { pinterest: { coverSeconds: 0 } } } });
    expect((await posts.load(testTeamId, reply.body.id)).post.overrides).toEqual({ pinterest: { coverSeconds: 0 } });
  });

  test('keeps no control characters of what is written, and counts what is left', async () => {
    const { handler, posts, bluesky } = await setup();
    const written = (text: string) => `\0${text}\x1b\x7f`;
    const text = `line\n\ttab${'x'.repeat(291)}`;
    const content = (as: (text: string) => string) => ({
      text: as(text),
      media: [{ ...picture, altText: as('Ada') }],
      overrides: { mastodon: { text: as('hello') }, linkedin: { article: { source: picture.url, title: as('News') } } },
      thread: [{ text: as('more'), media: [] }],
      firstComment: as('and more'),
    });
    const body = { ...content(written), connectionIds: [bluesky.id], publishAt: later };
    const reply = await send(handler, { body });
    expect(reply).toMatchObject({ status: 201, body: content((clean) => clean) });
    expect((await posts.load(testTeamId, reply.body.id)).post).toMatchObject(content((clean) => clean));
    expect(await send(handler, { body: { ...body, text: '\0\x1b' } })).toMatchObject({
      status: 422,
      body: { code: 'input.invalid', errors: [{ path: 'body.text' }] },
    });
  });

  test('counts the text that each target gets', async () => {
    const { handler, mastodon, bluesky } = await setup();
    const body = { text: 'a'.repeat(400), connectionIds: [mastodon.id, bluesky.id], publishAt: later };
    expect(await send(handler, { body })).toMatchObject({ status: 422, body: { code: 'post.text_too_long' } });
    const shorter = { ...body, overrides: { bluesky: { text: 'a'.repeat(300) } } };
    expect(await send(handler, { body: shorter })).toMatchObject({ status: 201 });
  });

  test('names the target that takes no such files, and stores nothing', async () => {
    const { handler, table, mastodon, bluesky } = await setup();
    const gif = { ...picture, type: 'image/gif' };
    const body = { text: 'hi', media: [gif], connectionIds: [mastodon.id, bluesky.id], publishAt: later };
    expect(await send(handler, { body })).toMatchObject({
      status: 422,
      body: { code: 'post.media_refused', errors: [{ path: 'body.media.0', connectionId: bluesky.id }] },
    });
    expect(await table.rows()).toEqual([]);
  });

  test.each([
    ['no address', { ...picture, url: 'javascript:alert(1)' }, 'body.media.0.url'],
    ['a file of another kind', { ...picture, type: 'text/html' }, 'body.media.0.type'],
    ['an empty alternative text', { ...picture, altText: ' ' }, 'body.media.0.altText'],
  ])('refuses %s', async (_, media, path) => {
    const { handler, mastodon } = await setup();
    const reply = await send(handler, { body: { text: 'hi', media: [media], connectionIds: [mastodon.id] } });
    expect(reply).toMatchObject({ status: 422, body: { errors: [expect.objectContaining({ path })] } });
  });

  test('refuses wishes for platforms that it does not know', async () => {
    const { handler, mastodon } = await setup();
    const body = { text: 'hi', overrides: { myspace: { text: 'hello' } }, connectionIds: [mastodon.id] };
    expect(await send(handler, { body })).toMatchObject({ status: 422 });
  });
});
