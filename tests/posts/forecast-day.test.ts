import { describe, expect, test } from 'vitest';
import type { TargetConnection } from '../../functions/connections/public.ts';
import { catalogue } from '../../functions/platforms/public.ts';
import { forecastDay } from '../../functions/posts/forecast-day.ts';
import { publicationKey, publishedKeys } from '../../functions/posts/post-rows.ts';
import { riskTable } from '../../functions/posts/risk-table.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { freshPosts, mastodonTarget, noon, plannedPost, targetFinder } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';

const hour = 3600;
const inHours = (hours: number) => addSeconds(noon, hours * hour).toISOString();

/** Posts of some connections at so many hours from noon, and what teams are told at noon. */
async function setup(targets: readonly TargetConnection[]) {
  const fresh = await freshPosts();
  const clock = { now: noon };
  const connected = [...targets];
  const tools = {
    ...fresh,
    connections: {
      findMany: (teamId: string, ids: readonly string[]) => targetFinder(...connected).findMany(teamId, ids),
    },
    risks: riskTable(fresh.table),
    now: () => clock.now,
  };
  const plan = async (target: TargetConnection, ...hours: number[]) => {
    for (const one of hours) await fresh.posts.insert(plannedPost({ targets: [target], publishAt: inHours(one) }));
  };
  const told = async () =>
    (await fresh.table.rows())
      .filter(({ type }) => type === 'posts.at_risk')
      .map(({ teamId, data }) => ({ teamId, ...Object(data) }));
  return {
    ...tools,
    clock,
    connected,
    plan,
    told,
    run: (now = noon) => {
      clock.now = now;
      return forecastDay(tools);
    },
  };
}

describe('forecastDay', () => {
  test('tells of each connection that has posts within a day which will not go out, with what helps', async () => {
    const [lost, dying, fine] = [
      mastodonTarget({ state: 'needs_reconnect' }),
      mastodonTarget({ tokenExpiresAt: inHours(5), tokenIsRenewable: false }),
      mastodonTarget(),
    ];
    const { plan, run, told } = await setup([lost, dying, fine]);
    await plan(lost, 3, 1);
    await plan(dying, 6);
    await plan(fine, 2);
    await run();
    const all = await told();
    expect(all).toHaveLength(2);
    expect(all).toContainEqual({
      teamId: testTeamId,
      connectionId: lost.id,
      count: 2,
      firstAt: inHours(1),
      problems: [{ code: 'needs_reconnect', message: expect.any(String), action: 'reconnect' }],
    });
    expect(all).toContainEqual(
      expect.objectContaining({
        connectionId: dying.id,
        problems: [expect.objectContaining({ code: 'token_expires' })],
      }),
    );
  });

  test('is silent about what comes later than a day, or before the access ends', async () => {
    const dying = mastodonTarget({ tokenExpiresAt: inHours(5), tokenIsRenewable: false });
    const { plan, run, told } = await setup([dying]);
    await plan(dying, 4, 30);
    await run();
    expect(await told()).toEqual([]);
  });

  test('tells once a day, however often it runs, and again on the next', async () => {
    const off = mastodonTarget({ isEnabled: false });
    const { plan, run, told } = await setup([off]);
    await plan(off, 20, 40);
    await run();
    await run(addSeconds(noon, 60));
    expect(await told()).toMatchObject([{ count: 1, problems: [{ code: 'disabled', action: 'enable' }] }]);
    await run(addSeconds(noon, 24 * hour));
    expect(await told()).toHaveLength(2);
  });

  test('tells of posts whose account is gone', async () => {
    const gone = mastodonTarget();
    const { plan, run, told, connected } = await setup([gone]);
    await plan(gone, 1);
    connected.length = 0;
    await run();
    expect(await told()).toMatchObject([{ problems: [{ code: 'connection_removed' }] }]);
  });

  test('counts what is out with what is planned, wherever the window is fullest', async () => {
    const busy = mastodonTarget({ platform: 'tiktok', scopes: catalogue.tiktok.scopes });
    const { plan, run, told, table } = await setup([busy]);
    for (let minute = 0; minute < 10; minute++) {
      const out = { teamId: testTeamId, postId: newId('post'), connectionId: busy.id, platform: busy.platform };
      const keys = publishedKeys(out, addSeconds(noon, -2 * hour - minute * 60).toISOString());
      await table.put({ ...publicationKey(out), entity: 'past', ...keys });
    }
    await plan(busy, ...Array.from({ length: 6 }, (_, place) => 1 + place / 60), 23.5);
    await run();
    expect(await told()).toMatchObject([{ problems: [{ code: 'quota_used_up' }] }]);
  });

  test.each([
    [15, 0],
    [16, 1],
  ])('of %i posts in a day TikTok takes fifteen', async (count, tellings) => {
    const busy = mastodonTarget({ platform: 'tiktok', scopes: catalogue.tiktok.scopes });
    const { plan, run, told } = await setup([busy]);
    await plan(busy, ...Array.from({ length: count }, (_, place) => place + 1));
    await run();
    const quota = (await told()).flatMap(({ problems }) => problems).filter(({ code }) => code === 'quota_used_up');
    expect(quota).toHaveLength(tellings);
  });
});
