import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentOf } from '../../functions/posts/content.ts';
import type { PostContent } from '../../functions/posts/content-schemas.ts';
import { postsContract } from '../../functions/posts/contract.ts';
import { updatePost } from '../../functions/posts/update-post.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { horizonSeconds } from '../../functions/scheduling/advance.ts';
import { keyOf, upcoming } from '../../functions/scheduling/recurrence.ts';
import { targetFinder } from '../support/posts.ts';
import { daily, freshRecurrences } from '../support/recurrences.ts';
import { send, testTeamId } from '../support/request.ts';

type Scene = Awaited<ReturnType<typeof scene>>;
type Step = { name: string; run: (scene: Scene) => Promise<unknown> };

/** A recurrence, and what happens to it; `edited` are the posts that somebody has taken over. */
async function scene() {
  const fresh = await freshRecurrences();
  const { body } = await fresh.create({ rrule: 'FREQ=DAILY;BYHOUR=9,18;COUNT=60' });
  const tools = {
    posts: fresh.postTable,
    lanes: fresh.lanes,
    queue: fresh.queue,
    connections: targetFinder(fresh.mastodon, fresh.bluesky),
    now: fresh.tools.now,
  };
  const patch = endpoint(postsContract.updatePost, updatePost, () => tools);
  const edited = new Map<string, { text: string; publishAt: string }>();
  const removed = new Set<string>();
  return { ...fresh, id: String(body.id), patch, edited, removed };
}

const picture = { url: 'https://cdn.example.com/news.jpg', type: 'image/jpeg' };
const texts = fc.constantFrom('One', 'Two', 'Three');
const dayOfJanuary = fc.integer({ min: 1, max: 20 }).map((day) => `2030-01-${String(day).padStart(2, '0')}T12:00`);

/** The timer dies after it made or withdrew so many posts. */
const dying = fc.nat(6).map(
  (left): Step => ({
    name: `dies after ${left}`,
    run: async ({ tools, runTimer }) => {
      const { add, remove, rewrite } = tools.posts;
      let lives = left;
      const mortal =
        <Args extends unknown[]>(change: (...args: Args) => Promise<void>) =>
        async (...args: Args) => {
          if (lives-- <= 0) throw new Error('killed');
          await change(...args);
        };
      Object.assign(tools.posts, { add: mortal(add), remove: mortal(remove), rewrite: mortal(rewrite) });
      await runTimer().catch((error) => expect(String(error)).toContain('could not be looked after'));
      Object.assign(tools.posts, { add, remove, rewrite });
    },
  }),
);

const change = fc
  .record(
    {
      from: dayOfJanuary,
      text: texts,
      media: fc.constantFrom([], [picture]),
      firstComment: fc.constantFrom(null, 'A word on it'),
      both: fc.boolean(),
      rule: fc.constantFrom(
        'FREQ=DAILY;COUNT=40',
        'FREQ=DAILY;BYHOUR=9;INTERVAL=2;COUNT=9',
        'FREQ=WEEKLY;BYDAY=MO,FR;COUNT=9',
      ),
    },
    { requiredKeys: [] },
  )
  .map(
    ({ both, rule, ...wish }): Step => ({
      name: `changes ${JSON.stringify({ ...wish, both, rule })}`,
      run: ({ update, id, mastodon, bluesky }) =>
        update(id, {
          ...wish,
          ...(both !== undefined && { connectionIds: both ? [mastodon.id, bluesky.id] : [mastodon.id] }),
          ...(rule && { rule: daily({ rrule: rule }) }),
        }),
    }),
  );

/** Somebody edits or deletes one of the posts that are there. */
const touching = fc.tuple(fc.nat(20), fc.boolean()).map(
  ([place, isDeleted]): Step => ({
    name: `${isDeleted ? 'deletes' : 'edits'} post ${place}`,
    run: async ({ planned, patch, postTable, edited, removed, clock }) => {
      const ahead = (await planned()).filter(({ publishAt }) => (publishAt ?? '') > clock.now.toISOString());
      const post = ahead[place % Math.max(1, ahead.length)];
      if (!post) return;
      if (isDeleted) {
        await postTable.delete(await postTable.load(testTeamId, post.id));
        edited.delete(post.id);
        removed.add(String(post.schedule?.localTime));
        return;
      }
      const text = `Mine ${post.id}`;
      const { status } = await send(patch, { path: { postId: post.id }, body: { text } });
      if (status === 200) edited.set(post.id, { text, publishAt: post.publishAt ?? '' });
    },
  }),
);

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: change },
    { weight: 3, arbitrary: dying },
    { weight: 2, arbitrary: touching },
    fc.constant<Step>({ name: 'runs', run: ({ runTimer }) => runTimer() }),
    fc.constant<Step>({
      name: 'runs three times at once',
      run: ({ runTimer }) => Promise.all([runTimer(), runTimer(), runTimer()]),
    }),
    fc.constant<Step>({
      name: 'runs while it is changed',
      run: ({ runTimer, update, id }) => Promise.all([runTimer(), update(id, { text: 'At once' }), runTimer()]),
    }),
    fc.integer({ min: 1, max: 60 }).map(
      (hours): Step => ({
        name: `${hours} hours pass`,
        run: async ({ clock }) => {
          clock.now = addSeconds(clock.now, hours * 3600);
        },
      }),
    ),
  ),
  { minLength: 3, maxLength: 12 },
);

const said = (content: PostContent) => JSON.stringify(contentOf(content));

/** All that is wrong once the timer has run in peace. */
async function complaints({ planned, load, id, edited, removed, clock, tools }: Scene): Promise<string[]> {
  const now = clock.now.toISOString();
  const posts = (await planned()).filter(({ publishAt }) => (publishAt ?? '') > now);
  const own = posts.filter((post) => !post.recurrence?.edited);
  const { parts } = await load(id);
  const until = addSeconds(clock.now, horizonSeconds);
  const wanted = new Map(
    [...upcoming(parts, clock.now)].filter(({ at }) => at <= until).map((one) => [keyOf(one), one]),
  );
  const noted = new Map((await tools.occurrences.list(testTeamId, id, now)).map((one) => [keyOf(one), one]));
  const taken = posts.map(({ schedule }) => (schedule ? keyOf(schedule) : ''));
  return [
    ...taken.filter((key, place) => taken.indexOf(key) !== place).map((key) => `${key} has two posts`),
    ...own.flatMap((post) => {
      const { schedule, targets } = post;
      const one = schedule && wanted.get(keyOf(schedule));
      if (!one) return [`${schedule?.localTime} has a post that nothing wants`];
      if (said(post) !== said(one.part)) return [`${schedule.localTime} says ${said(post)}, not ${said(one.part)}`];
      return targets.length === one.part.connectionIds.length ? [] : [`${schedule.localTime} goes elsewhere`];
    }),
    ...[...wanted].flatMap(([key, { localTime }]) => {
      if (taken.includes(key) || removed.has(localTime)) return [];
      return noted.has(key) ? [`${key} is noted, but has no post`] : [`${key} has no post`];
    }),
    ...[...edited]
      .filter(
        ([post, { text, publishAt }]) => publishAt > now && !posts.some((one) => one.id === post && one.text === text),
      )
      .map(([, { publishAt }]) => `the edited post of ${publishAt} is not as it was left`),
  ];
}

test('whatever happens to a recurrence, each occurrence ahead has one post, as it is wanted by now', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (some) => {
      const here = await scene();
      for (const { run } of some) await run(here);
      // What failed is put off for a quarter of an hour.
      here.clock.now = addSeconds(here.clock.now, 1000);
      for (let runs = 0; runs < 3; runs++) await here.runTimer();
      expect(await complaints(here), some.map(({ name }) => name).join(', ')).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 120_000);
