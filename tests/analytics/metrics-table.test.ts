import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { ConditionFailed } from '../../functions/runtime/table.ts';
import { freshMetrics, unreadMetrics } from '../support/metrics.ts';
import { noon } from '../support/posts.ts';
import { otherTeamId } from '../support/request.ts';

describe('metrics table', () => {
  test('lists the targets of one post of one team', async () => {
    const { metrics } = await freshMetrics();
    const [one, other] = [unreadMetrics(), unreadMetrics()];
    const second = unreadMetrics({ postId: one.postId });
    for (const each of [one, second, other]) await metrics.track(each, noon);
    const listed = await metrics.list(one.teamId, one.postId);
    expect(new Set(listed.map(({ connectionId }) => connectionId))).toEqual(
      new Set([one.connectionId, second.connectionId]),
    );
    expect(await metrics.list(otherTeamId, one.postId)).toEqual([]);
  });

  test('has in the due index what is to be read, until it is not', async () => {
    const { metrics, listDue } = await freshMetrics();
    const tracked = unreadMetrics();
    await metrics.track(tracked, noon);
    const figures = { likes: 1, reposts: 2, replies: 3 };
    const later = addSeconds(noon, 60);
    await metrics.store(tracked, { figures, at: noon, readAt: later });
    expect(await listDue(noon)).toEqual([]);
    expect(await listDue(later)).toEqual([{ ...tracked, ...figures, fetchedAt: noon.toISOString() }]);
    await metrics.postpone(tracked, undefined);
    expect(await listDue(addSeconds(noon, 1e9))).toEqual([]);
  });

  test('stores no figures of what it does not follow', async () => {
    const { metrics, table } = await freshMetrics();
    const figures = { likes: 1, reposts: 2, replies: 3 };
    const stored = metrics.store(unreadMetrics(), { figures, at: noon, readAt: undefined });
    await expect(stored).rejects.toBeInstanceOf(ConditionFailed);
    expect(await table.rows()).toEqual([]);
  });

  test('passes on that it cannot follow', async () => {
    const { metrics } = await freshMetrics();
    const tooLarge = unreadMetrics({ platformPostId: 'x'.repeat(500_000) });
    await expect(metrics.track(tooLarge, noon)).rejects.not.toBeInstanceOf(ConditionFailed);
  });
});
