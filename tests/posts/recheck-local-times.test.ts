import { describe, expect, test } from 'vitest';
import type { PlannedPost } from '../../functions/posts/post.ts';
import { recheckLocalTimes } from '../../functions/posts/recheck-local-times.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { takeSlot } from '../../functions/scheduling/public.ts';
import { claim, freshPosts, mastodonTarget, plannedPost } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';

const time = { localTime: '2030-01-02T09:00', timeZone: 'Europe/Berlin' };
/** Nine in Berlin by rules of another year, and by those of now. */
const [stale, right] = ['2030-01-02T07:00:00.000Z', '2030-01-02T08:00:00.000Z'];

/** A post as it was planned by rules that have changed since. */
function stalePost({ publishAt = stale, local = true, inSlot = false } = {}): PlannedPost {
  const { post, publications } = plannedPost({ targets: [mastodonTarget(), mastodonTarget()], publishAt });
  const ofTime = local ? time : {};
  return {
    post: { ...post, schedule: local && !inSlot ? { ...time, adjusted: null } : null },
    publications: publications.map((one) => ({ ...one, ...ofTime, ...(inSlot && { inSlot: true }) })),
  };
}

async function setup(planned = stalePost()) {
  const { table, posts, publications } = await freshPosts();
  await posts.insert(planned);
  const recheck = (now: string) => recheckLocalTimes({ posts, publications, now: () => new Date(now) });
  const load = () => posts.load(testTeamId, planned.post.id);
  const times = async () =>
    (await load()).publications.map(({ publishAt, nextAttemptAt }) => [publishAt, nextAttemptAt]);
  return { table, posts, publications, planned, recheck, load, times };
}

describe('recheckLocalTimes', () => {
  test('moves a post whose zone has other rules by now, with all its targets, a day ahead', async () => {
    const { recheck, load, times, planned, table } = await setup();
    await recheck('2030-01-01T10:00:00Z');
    expect(await times()).toEqual([
      [right, right],
      [right, right],
    ]);
    const { post } = await load();
    expect(post).toMatchObject({ publishAt: right, schedule: { ...time, adjusted: null }, state: 'scheduled' });
    expect(post.targets.map(({ publishAt }) => publishAt)).toEqual([right, right]);
    expect(post.revision).toBe(planned.post.revision + 1);
    const due = (await table.rows()).filter(({ entity }) => entity === 'publication').map(({ gsi1sk }) => gsi1sk);
    expect(due.map((key) => String(key).slice(0, 24))).toEqual([right, right]);
  });

  test('changes nothing twice, and nothing that is right', async () => {
    const { recheck, table } = await setup(stalePost({ publishAt: right }));
    const before = await table.rows();
    await recheck('2030-01-01T10:00:00Z');
    expect(await table.rows()).toEqual(before);
  });

  test.each([
    ['farther off than a day', '2029-12-31T00:00:00Z'],
    ['nearer than most of a day', '2030-01-01T20:00:00Z'],
  ])('leaves what is %s', async (_, now) => {
    const { recheck, times } = await setup();
    await recheck(now);
    expect(await times()).toEqual([
      [stale, stale],
      [stale, stale],
    ]);
  });

  test('sees each post in five hourly runs, so that some may fail', async () => {
    for (let hour = 6; hour < 11; hour++) {
      const { recheck, times } = await setup();
      await recheck(`2030-01-01T${String(hour).padStart(2, '0')}:30:00Z`);
      expect((await times())[0]).toEqual([right, right]);
    }
  });

  test('leaves posts that were planned for an instant', async () => {
    const { recheck, times } = await setup(stalePost({ local: false }));
    await recheck('2030-01-01T10:00:00Z');
    expect((await times())[0]).toEqual([stale, stale]);
  });

  test('leaves a target that is being tried, and moves the other', async () => {
    const { recheck, load, publications, planned } = await setup();
    await claim(publications, planned.publications[0], new Date(stale));
    await recheck('2030-01-01T10:00:00Z');
    const after = (await load()).publications;
    const byState = after.map(({ state, publishAt }) => `${state} ${publishAt}`).toSorted();
    expect(byState).toEqual([`publishing ${stale}`, `scheduled ${right}`]);
  });

  test('moves a post with its slot; while another post has that one, it waits', async () => {
    const { recheck, times, table, planned } = await setup(stalePost({ inSlot: true }));
    const [first] = planned.publications;
    if (!first) throw new Error('nothing planned');
    const other = { teamId: testTeamId, connectionId: first.connectionId, publishAt: right };
    await table.transact([takeSlot(other, 'post_other')]);
    await recheck('2030-01-01T10:00:00Z');
    expect((await times())[0]).toEqual([stale, stale]);
    await table.delete({ pk: `TEAM#${testTeamId}#SLOTS#${first.connectionId}`, sk: `SLOT#${right}` });
    await recheck('2030-01-01T11:00:00Z');
    expect((await times())[0]).toEqual([right, right]);
    const slots = (await table.rows()).filter(({ entity }) => entity === 'takenSlot').map(({ sk }) => sk);
    expect(slots).toEqual([`SLOT#${right}`, `SLOT#${right}`]);
  });

  test('leaves a post that is changed at this moment to whoever changes it', async () => {
    const { posts, publications, planned, times } = await setup();
    const load: typeof posts.load = async (...ref) => {
      const before = await posts.load(...ref);
      const at = addSeconds(new Date(stale), 7200).toISOString();
      await posts.replace(before, {
        post: { ...before.post, revision: before.post.revision + 1, publishAt: at },
        publications: before.publications.map((one) => ({ ...one, publishAt: at, plan: 2 })),
      });
      return before;
    };
    await recheckLocalTimes({
      posts: { ...posts, load },
      publications,
      now: () => new Date('2030-01-01T10:00:00Z'),
    });
    expect((await times())[0]?.[0]).toBe('2030-01-02T09:00:00.000Z');
    expect(planned.publications).toHaveLength(2);
  });
});
