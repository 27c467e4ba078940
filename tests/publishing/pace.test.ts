import { describe, expect, test } from 'vitest';
import type { PlatformId } from '../../functions/platforms/contract.ts';
import type { PublishOutcome } from '../../functions/platforms/public.ts';
import { publicationKey, publishedKeys } from '../../functions/posts/post-rows.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { later, mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { testTeamId } from '../support/request.ts';

const hour = 3600;
const unknown: PublishOutcome = { kind: 'unknown', message: 'dropped' };

/** An account on a platform of which so many posts went out, the first at a time before the hour for which tests plan. */
async function setup(
  platform: PlatformId,
  past: readonly number[],
  script: Parameters<typeof freshPublishing>[0] = {},
) {
  const target = mastodonTarget({ platform });
  const scene = await freshPublishing({ ...script, targets: [target] });
  await scene.tools.settings.setLateness(testTeamId, { policy: 'ask', afterMinutes: 6 * 60 }, undefined);
  const publication = await scene.scheduleOne();
  /** Other posts that went out so many seconds before the hour. */
  const haveGoneOut = async (past: readonly number[]) => {
    for (const seconds of past) {
      const out = { ...publication, postId: newId('post') };
      const keys = publishedKeys(out, addSeconds(dueTime, -seconds).toISOString());
      await scene.table.put({ ...publicationKey(out), entity: 'past', ...keys });
    }
  };
  await haveGoneOut(past);
  const load = () => scene.tools.publications.find(publication);
  const publishAt = (at: Date) => scene.publish(publication, at);
  return { ...scene, publication, haveGoneOut, load, publishAt };
}

/** TikTok takes fifteen posts of an account in a day. */
const aDayOf = (count: number, { first }: { first: number }) =>
  Array.from({ length: count }, (_, place) => first - place * 60);

describe('the pace of an account', () => {
  test('a post waits until the oldest of a full window leaves it, to the second, and then goes out', async () => {
    const { published, load, publishAt } = await setup('tiktok', aDayOf(15, { first: 22 * hour }));
    const opensAt = addSeconds(dueTime, 2 * hour);
    await publishAt(dueTime);
    expect(published).toEqual([]);
    expect(await load()).toMatchObject({
      state: 'scheduled',
      nextAttemptAt: opensAt.toISOString(),
      error: { code: 'rate_limited', action: 'wait' },
    });
    await publishAt(addSeconds(opensAt, -2));
    expect(published).toEqual([]);
    await publishAt(opensAt);
    expect(published).toHaveLength(1);
    expect(await load()).toMatchObject({ state: 'published', latenessMs: 2 * hour * 1000 });
  });

  test('a thread that has begun goes on', async () => {
    const { published, scheduleOne, publish, publication, tools } = await setup(
      'tiktok',
      aDayOf(13, { first: 22 * hour }),
    );
    const thread = await scheduleOne({ thread: ['Second'], publishAt: addSeconds(dueTime, 1).toISOString() });
    await publish(publication, addSeconds(dueTime, 1));
    expect(published.map(({ text }) => text)).toEqual(['Hello', 'Hello', 'Second']);
    expect(await tools.publications.find(thread)).toMatchObject({ state: 'published' });
  });

  test('what waits holds those behind it', async () => {
    const { published, schedule, publishAt } = await setup('tiktok', aDayOf(15, { first: 22 * hour }));
    await schedule({ publishAt: addSeconds(dueTime, 1).toISOString(), text: 'Behind' });
    await publishAt(dueTime);
    await publishAt(addSeconds(dueTime, 600));
    expect(published).toEqual([]);
    await publishAt(addSeconds(dueTime, 2 * hour));
    await publishAt(addSeconds(dueTime, 2 * hour + 60));
    expect(published.map(({ text }) => text)).toEqual(['Hello', 'Behind']);
  });

  test.each([
    ['a window with room', 'tiktok', aDayOf(14, { first: 22 * hour })],
    ['posts that have left the window', 'tiktok', aDayOf(15, { first: 24 * hour + 1 })],
    ['a platform that tells itself what is left', 'threads', aDayOf(15, { first: 22 * hour })],
    ['a platform without a limit', 'mastodon', aDayOf(15, { first: 22 * hour })],
  ] as const)('%s keeps nothing waiting', async (_, platform, past) => {
    const { published, load, publishAt } = await setup(platform, past);
    await publishAt(dueTime);
    expect(published).toHaveLength(1);
    expect(await load()).toMatchObject({ state: 'published' });
  });

  test('our count ends no post: where waiting would be too late, the platform is asked', async () => {
    const { published, load, publishAt } = await setup('tiktok', aDayOf(15, { first: hour }));
    await publishAt(dueTime);
    expect(published).toHaveLength(1);
    expect(await load()).toMatchObject({ state: 'published' });
  });

  test('what an earlier attempt came to is looked for first, and stays in doubt while nobody knows', async () => {
    const { published, reconciliations, load, publishAt, haveGoneOut } = await setup('tiktok', [], {
      outcomes: [unknown],
      reconciled: { kind: 'unknown', message: 'nobody knows' },
      retryClass: 'duplicate_refused',
    });
    await publishAt(dueTime);
    expect(await load()).toMatchObject({ inDoubt: true });
    await haveGoneOut(aDayOf(15, { first: 22 * hour }));
    await publishAt(addSeconds(dueTime, 60));
    expect(published).toHaveLength(1);
    expect(reconciliations.length).toBeGreaterThan(0);
    expect(await load()).toMatchObject({ state: 'scheduled', inDoubt: true, error: { code: 'rate_limited' } });
  });

  test('no window ever holds more than the platform takes, however many are due at once', async () => {
    const { published, tools, schedule, publish, publication, clock } = await setup(
      'tiktok',
      aDayOf(10, { first: 20 * hour }),
    );
    for (let place = 1; place < 9; place++) await schedule({ publishAt: later, text: `Post ${place}` });
    const calls: Date[] = [];
    const adapter = await tools.adapterFor();
    const send = adapter.publish;
    adapter.publish = (account, post) => {
      calls.push(clock.now);
      return send(account, post);
    };
    for (let minute = 0; minute < 6 * 60 && published.length < 9; minute += 10)
      await publish(publication, addSeconds(dueTime, minute * 60));
    expect(published).toHaveLength(9);
    const all = [...aDayOf(10, { first: 20 * hour }).map((seconds) => addSeconds(dueTime, -seconds)), ...calls];
    for (const at of calls) {
      const inWindow = all.filter((other) => other <= at && other > addSeconds(at, -24 * hour));
      expect(inWindow.length).toBeLessThanOrEqual(15);
    }
  });
});
