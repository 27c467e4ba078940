import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { postsContract } from '../../functions/posts/contract.ts';
import { deletePost } from '../../functions/posts/delete-post.ts';
import { schedulePost } from '../../functions/posts/schedule-post.ts';
import { updatePost } from '../../functions/posts/update-post.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { WeeklySlots } from '../../functions/scheduling/contract.ts';
import { freeSlots } from '../../functions/scheduling/public.ts';
import { slotTable } from '../../functions/scheduling/slot-table.ts';
import { takenSlotTable } from '../../functions/scheduling/taken-slot-table.ts';
import {
  blueskyTarget,
  claim,
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
import { send, testTeamId, viewer } from '../support/request.ts';

/** Noon is that of Tuesday, 1 January 2030. */
const lunch: WeeklySlots = { timeZone: 'Europe/Berlin', slots: [{ day: 'tue', time: '13:30' }] };
const evening: WeeklySlots = { timeZone: 'UTC', slots: [{ day: 'fri', time: '18:00' }] };
const [firstLunch, secondLunch] = ['2030-01-01T12:30:00.000Z', '2030-01-08T12:30:00.000Z'];
const firstEvening = '2030-01-04T18:00:00.000Z';

async function setup() {
  const { table, posts, publications, lanes } = await freshPosts();
  const [mastodon, bluesky] = [mastodonTarget(), blueskyTarget()];
  const weeks = slotTable(table);
  const setWeek = (connectionId: string, week: WeeklySlots) =>
    weeks.set({ teamId: testTeamId, connectionId }, week, { now: noon, expected: undefined });
  await setWeek(mastodon.id, lunch);
  await setWeek(bluesky.id, evening);
  const slots = freeSlots({ slots: weeks, taken: takenSlotTable(table) });
  const queue = recordingQueue();
  const tools = { posts, lanes, queue, slots, connections: targetFinder(mastodon, bluesky), now: () => noon };
  const handler = endpoint(postsContract.schedulePost, schedulePost, () => tools);
  const deleting = endpoint(postsContract.deletePost, deletePost, () => tools);
  const updating = endpoint(postsContract.updatePost, updatePost, () => tools);
  async function draft(...targets: (typeof mastodon)[]) {
    const planned = plannedPost({ targets, publishAt: null });
    await posts.insert(planned);
    return planned.post.id;
  }
  const schedule = (postId: string, body: object, request: object = {}) =>
    send(handler, { path: { postId }, body, ...request });
  return {
    table,
    posts,
    publications,
    tools,
    queue,
    mastodon,
    bluesky,
    setWeek,
    draft,
    schedule,
    toNextSlot: (postId: string) => schedule(postId, { mode: 'next_slot' }),
    remove: (postId: string) => send(deleting, { path: { postId } }),
    update: (postId: string, body: object) => send(updating, { path: { postId }, body }),
    load: (postId: string) => posts.load(testTeamId, postId),
    takenSlots: async () =>
      (await table.rows())
        .filter(({ entity }) => entity === 'takenSlot')
        .map(({ sk }) => String(sk).replace('SLOT#', ''))
        .toSorted(),
  };
}

describe('POST /posts/{postId}/schedule', () => {
  test('plans a post at an instant', async () => {
    const { draft, schedule, mastodon } = await setup();
    const reply = await schedule(await draft(mastodon), { mode: 'at', publishAt: '2030-01-01T14:00:00+01:00' });
    expect(reply).toMatchObject({ status: 200, body: { state: 'scheduled', publishAt: later, schedule: null } });
  });

  test('plans a post at a local time, and tells what the clocks make of it', async () => {
    const { draft, schedule, load, mastodon } = await setup();
    const postId = await draft(mastodon);
    const time = { localTime: '2030-03-31T02:30', timeZone: 'Europe/Berlin' };
    expect(await schedule(postId, { mode: 'at', publishAt: time })).toMatchObject({
      status: 200,
      body: { publishAt: '2030-03-31T01:30:00.000Z', schedule: { ...time, adjusted: 'gap' } },
    });
    expect((await load(postId)).publications).toMatchObject([{ publishAt: '2030-03-31T01:30:00.000Z', ...time }]);
  });

  test('plans a post now, and tells the publisher', async () => {
    const { draft, schedule, queue, mastodon } = await setup();
    const reply = await schedule(await draft(mastodon), { mode: 'now' });
    expect(reply).toMatchObject({ status: 200, body: { state: 'publishing', publishAt: noon.toISOString() } });
    expect(queue.sent).toHaveLength(1);
  });

  test('gives each target the next free slot of its own connection; the post shows the earliest', async () => {
    const { draft, toNextSlot, takenSlots, mastodon, bluesky } = await setup();
    const reply = await toNextSlot(await draft(bluesky, mastodon));
    expect(reply).toMatchObject({ status: 200, body: { state: 'scheduled', publishAt: firstLunch, schedule: null } });
    expect(reply.body.targets).toMatchObject([
      { connectionId: bluesky.id, publishAt: firstEvening, inSlot: true },
      { connectionId: mastodon.id, publishAt: firstLunch, inSlot: true },
    ]);
    expect(await takenSlots()).toEqual([firstLunch, firstEvening]);
  });

  test('gives the next post the slot after', async () => {
    const { draft, toNextSlot, mastodon } = await setup();
    await toNextSlot(await draft(mastodon));
    expect(await toNextSlot(await draft(mastodon))).toMatchObject({ body: { publishAt: secondLunch } });
  });

  test('tells what will keep a target from going out in its slot', async () => {
    const { draft, toNextSlot, mastodon, bluesky } = await setup();
    Object.assign(bluesky, { tokenExpiresAt: '2030-01-02T00:00:00.000Z' });
    const { body } = await toNextSlot(await draft(mastodon, bluesky));
    expect(body.warnings).toMatchObject([{ code: 'token_expires', connectionId: bluesky.id }]);
  });

  test('leaves a post in the slot that it has, and moves it to an earlier one that came free', async () => {
    const { draft, toNextSlot, remove, takenSlots, mastodon } = await setup();
    const [first, second] = [await draft(mastodon), await draft(mastodon)];
    await toNextSlot(first);
    for (let times = 0; times < 2; times++)
      expect(await toNextSlot(second)).toMatchObject({ body: { publishAt: secondLunch } });
    await remove(first);
    expect(await toNextSlot(second)).toMatchObject({ body: { publishAt: firstLunch } });
    expect(await takenSlots()).toEqual([firstLunch]);
  });

  test('of a post that is planned otherwise, unplanned or deleted, the slot is free again', async () => {
    const { draft, toNextSlot, schedule, remove, update, takenSlots, mastodon } = await setup();
    const postId = await draft(mastodon);
    for (const giveBack of [
      () => schedule(postId, { mode: 'at', publishAt: later }),
      () => update(postId, { publishAt: null }),
      () => update(postId, { publishAt: firstLunch }),
      () => update(postId, { connectionIds: [], publishAt: null }),
    ]) {
      await update(postId, { connectionIds: [mastodon.id] });
      await toNextSlot(postId);
      expect(await takenSlots()).toEqual([firstLunch]);
      expect(await giveBack()).toMatchObject({ status: 200 });
      expect(await takenSlots()).toEqual([]);
    }
    await update(postId, { connectionIds: [mastodon.id] });
    await toNextSlot(postId);
    await remove(postId);
    expect(await takenSlots()).toEqual([]);
  });

  test('of a target that the team gives up, the slot is free again, and stays so with another text', async () => {
    const { draft, toNextSlot, update, load, takenSlots, publications, mastodon, bluesky } = await setup();
    const postId = await draft(mastodon, bluesky);
    await toNextSlot(postId);
    const given = (await load(postId)).publications.find(({ connectionId }) => connectionId === mastodon.id);
    if (!given) throw new Error('nothing planned');
    await publications.decide(given, { name: 'cancel', set: {}, at: noon });
    expect(await takenSlots()).toEqual([firstEvening]);
    await update(postId, { text: 'Better' });
    expect(await takenSlots()).toEqual([firstEvening]);
  });

  test('another text leaves the post in its slot, on each target', async () => {
    const { draft, toNextSlot, update, load, mastodon, bluesky } = await setup();
    const postId = await draft(mastodon, bluesky);
    await toNextSlot(postId);
    await update(postId, { text: 'Better' });
    const { post, publications } = await load(postId);
    expect(post).toMatchObject({ text: 'Better', publishAt: firstLunch });
    expect(publications.map(({ publishAt, inSlot }) => [publishAt, inSlot]).toSorted()).toEqual([
      [firstLunch, true],
      [firstEvening, true],
    ]);
  });

  test('of many posts at once, each gets a slot of its own, and none is left out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 10 }), fc.boolean(), async (count, withOther) => {
        const { draft, toNextSlot, takenSlots, mastodon, bluesky, setWeek } = await setup();
        await setWeek(mastodon.id, { timeZone: 'UTC', slots: [{ day: 'mon', time: '09:00' }] });
        const targets = withOther ? [mastodon, bluesky] : [mastodon];
        const ids = await Promise.all(Array.from({ length: count }, () => draft(...targets)));
        const replies = await Promise.all(ids.map(toNextSlot));
        expect(replies.map(({ status }) => status)).toEqual(ids.map(() => 200));
        const taken = replies.flatMap(({ body }) =>
          body.targets.map(
            (one: { connectionId: string; publishAt: string }) => `${one.connectionId} ${one.publishAt}`,
          ),
        );
        expect(new Set(taken).size).toBe(count * targets.length);
        const mondays = Array.from({ length: count }, (_, week) =>
          addSeconds(new Date('2030-01-07T09:00:00.000Z'), week * 7 * 24 * 3600).toISOString(),
        );
        expect((await takenSlots()).filter((at) => at.includes('T09:00'))).toEqual(mondays);
      }),
      { numRuns: 6 },
    );
  });

  test.each([
    ['a time in the past', { mode: 'at', publishAt: '2029-01-01T00:00:00Z' }, 'post.in_past'],
    ['a time that does not exist', { mode: 'at', publishAt: '2030-02-30T00:00:00Z' }, 'input.impossible_time'],
    ['a naive time', { mode: 'at', publishAt: '2030-01-31T00:00:00' }, 'input.naive_time'],
    [
      'an unknown zone',
      { mode: 'at', publishAt: { localTime: '2030-01-31T09:30', timeZone: 'Mars' } },
      'input.unknown_time_zone',
    ],
    ['no time', { mode: 'at' }, 'input.missing_field'],
    ['no mode', {}, 'input.missing_field'],
    ['a time where none is wanted', { mode: 'now', publishAt: later }, 'input.unknown_field'],
  ])('refuses %s', async (_, body, code) => {
    const { draft, schedule, load, mastodon } = await setup();
    const postId = await draft(mastodon);
    expect(await schedule(postId, body)).toMatchObject({ status: 422, body: { code } });
    expect((await load(postId)).post).toMatchObject({ state: 'draft' });
  });

  test('refuses a slot where a connection has none, naming it', async () => {
    const { draft, toNextSlot, takenSlots, setWeek, mastodon, bluesky } = await setup();
    await setWeek(bluesky.id, { timeZone: 'UTC', slots: [] });
    expect(await toNextSlot(await draft(mastodon, bluesky))).toMatchObject({
      status: 409,
      body: { code: 'post.no_free_slot', detail: expect.stringContaining(bluesky.id) },
    });
    expect(await takenSlots()).toEqual([]);
  });

  test('gives up when others are always faster', async () => {
    const { draft, toNextSlot, mastodon, posts, tools } = await setup();
    await toNextSlot(await draft(mastodon));
    const next = async () => ({ publishAt: firstLunch ?? '', localTime: '', timeZone: 'UTC', inSlot: true as const });
    const stale = { ...tools, slots: { ...tools.slots, next } };
    const handler = endpoint(postsContract.schedulePost, schedulePost, () => stale);
    const postId = await draft(mastodon);
    const reply = await send(handler, { path: { postId }, body: { mode: 'next_slot' } });
    expect(reply).toMatchObject({ status: 409, body: { code: 'post.slot_taken' } });
    expect((await posts.load(testTeamId, postId)).post).toMatchObject({ state: 'draft' });
  });

  test('refuses posts without targets, unknown posts, texts that are too long and connections that are gone', async () => {
    const { draft, schedule, toNextSlot, posts, mastodon } = await setup();
    expect(await toNextSlot(await draft())).toMatchObject({ status: 422, body: { code: 'post.no_targets' } });
    expect(await toNextSlot(newId('post'))).toMatchObject({ status: 404, body: { code: 'post.not_found' } });
    const long = plannedPost({ targets: [mastodon], publishAt: null, text: 'x'.repeat(501) });
    await posts.insert(long);
    const tooLong = { status: 422, body: { code: 'post.text_too_long' } };
    expect(await toNextSlot(long.post.id)).toMatchObject(tooLong);
    expect(await schedule(long.post.id, { mode: 'now' })).toMatchObject(tooLong);
    const gone = await draft(mastodonTarget());
    expect(await schedule(gone, { mode: 'now' })).toMatchObject({
      status: 404,
      body: { code: 'connection.not_found' },
    });
  });

  test('refuses what is out, under way, or was changed since it was seen', async () => {
    const { posts, publications, schedule, toNextSlot, draft, mastodon } = await setup();
    const out = plannedPost({ targets: [mastodon] });
    await posts.insert(out);
    await settle(publications, out.publications[0], publishedOutcome);
    expect(await toNextSlot(out.post.id)).toMatchObject({ status: 409, body: { code: 'post.final' } });
    const underWay = plannedPost({ targets: [mastodon] });
    await posts.insert(underWay);
    await claim(publications, underWay.publications[0]);
    expect(await toNextSlot(underWay.post.id)).toMatchObject({ status: 409, body: { code: 'post.locked' } });
    const postId = await draft(mastodon);
    const { headers } = await schedule(postId, { mode: 'next_slot' });
    const seen = { headers: { 'if-match': String(headers?.etag) } };
    expect(await schedule(postId, { mode: 'at', publishAt: later }, seen)).toMatchObject({ status: 200 });
    expect(await schedule(postId, { mode: 'next_slot' }, seen)).toMatchObject({ status: 412 });
  });

  test('refuses viewers', async () => {
    const { draft, schedule, mastodon } = await setup();
    const reply = await schedule(await draft(mastodon), { mode: 'next_slot' }, { caller: viewer });
    expect(reply).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});
