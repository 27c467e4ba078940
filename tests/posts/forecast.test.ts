import { describe, expect, test } from 'vitest';
import type { PlatformId, PostLimit } from '../../functions/platforms/contract.ts';
import { forecast } from '../../functions/posts/forecast.ts';
import { publicationKey, publishedKeys } from '../../functions/posts/post-rows.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { freshPosts, later, mastodonTarget, plannedPost } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';

const hour = 3600;
const due = new Date(later);

/** An account and the posts around one that is planned on it, by their distance to it in seconds; those before `now` are out. */
type Around = { planned?: number[]; out?: number[]; postLimit?: PostLimit };
async function setup(platform: PlatformId, { planned = [], out = [], postLimit }: Around) {
  const { posts, lanes, table } = await freshPosts();
  const target = mastodonTarget({ platform, scopes: [], ...(postLimit && { postLimit }) });
  for (const seconds of planned)
    await posts.insert(plannedPost({ targets: [target], publishAt: addSeconds(due, seconds).toISOString() }));
  for (const seconds of out) {
    const one = { teamId: testTeamId, postId: newId('post'), connectionId: target.id, platform };
    await table.put({
      ...publicationKey(one),
      entity: 'past',
      ...publishedKeys(one, addSeconds(due, seconds).toISOString()),
    });
  }
  const own = plannedPost({ targets: [target] });
  await posts.insert(own);
  const warnings = await forecast(own.post, [target], { lanes });
  return warnings
    .filter(({ code }) => code === 'quota_used_up')
    .map(({ connectionId, message, action }) => {
      expect(connectionId).toBe(target.id);
      return { message, action };
    });
}

/** So many, one each minute up to the moment. */
const eachMinute = (count: number, moment = 0) => Array.from({ length: count }, (_, place) => moment - place * 60);

describe('the forecast of a planned post', () => {
  test('tells when as many are planned before it as the platform takes', async () => {
    expect(await setup('tiktok', { planned: eachMinute(15) })).toEqual([
      { message: expect.stringContaining('TikTok takes 15 posts of an account in 24 hours'), action: 'reschedule' },
    ]);
  });

  test('counts what is out and what is planned together, where we count', async () => {
    expect(await setup('tiktok', { planned: eachMinute(7), out: eachMinute(8, -hour) })).toHaveLength(1);
    expect(await setup('tiktok', { planned: eachMinute(7), out: eachMinute(7, -hour) })).toEqual([]);
  });

  test.each<[string, PlatformId, { planned?: number[]; out?: number[] }]>([
    ['room for one more', 'tiktok', { planned: eachMinute(14) }],
    ['posts that have left the window by then', 'tiktok', { planned: eachMinute(15, -24 * hour) }],
    ['posts that come after it', 'tiktok', { planned: eachMinute(15, 20 * hour) }],
    ['a platform without a limit', 'mastodon', { planned: eachMinute(60) }],
  ])('is silent with %s', async (_, platform, around) => {
    expect(await setup(platform, around)).toEqual([]);
  });

  test('of posts of one moment warns those that go out last', async () => {
    const { posts, lanes } = await freshPosts();
    const target = mastodonTarget({ platform: 'tiktok', scopes: [] });
    const all = Array.from({ length: 16 }, () => plannedPost({ targets: [target] }));
    for (const one of all) await posts.insert(one);
    const byOrder = all.toSorted((one, other) => (one.post.id < other.post.id ? -1 : 1));
    const warned = await Promise.all(byOrder.map(({ post }) => forecast(post, [target], { lanes })));
    const counts = warned.map((some) => some.filter(({ code }) => code === 'quota_used_up').length);
    expect(counts).toEqual([...Array(15).fill(0), 1]);
  });

  test('goes by what the platform says of the account, where it has said that', async () => {
    const postLimit = { max: 3, windowSeconds: 24 * hour };
    expect(await setup('instagram', { planned: eachMinute(3), postLimit })).toMatchObject([
      { message: expect.stringContaining('Instagram takes 3 posts') },
    ]);
    expect(await setup('instagram', { planned: eachMinute(60), postLimit: { ...postLimit, max: 100 } })).toEqual([]);
  });

  test('holds where the platform itself tells what is left, too', async () => {
    expect(await setup('instagram', { planned: eachMinute(50) })).toHaveLength(1);
  });

  test('that cannot be made is left out, and refuses nothing', async () => {
    const target = mastodonTarget({ platform: 'tiktok', isEnabled: false });
    const { post } = plannedPost({ targets: [target] });
    const lanes = { countAround: () => Promise.reject(new Error('throttled')) };
    expect(await forecast(post, [target], { lanes })).toMatchObject([
      { code: 'disabled' },
      { code: 'scope_missing' },
      { code: 'option_missing' },
    ]);
  });

  test('names a window of minutes as such', async () => {
    expect(await setup('x', { planned: Array.from({ length: 100 }, (_, place) => -place) })).toMatchObject([
      { message: expect.stringContaining('in 15 minutes') },
    ]);
  });
});
