import { describe, expect, test } from 'vitest';
import { lateFigures } from '../../functions/publishing/late-lanes.ts';
import { publishingSettingsTable } from '../../functions/publishing/publishing-settings-table.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { claim, freshPosts, later, mastodonTarget, plannedPost, publishedOutcome, settle } from '../support/posts.ts';
import { testTeamId, testUserId } from '../support/request.ts';

const due = new Date(later);
const rateLimited = { code: 'rate_limited', message: 'wait', action: 'wait', platformCode: '429' } as const;

/** One publication on a connection of its own; figures as of so many seconds after its time. */
async function setup() {
  const { posts, publications, table } = await freshPosts();
  const settings = publishingSettingsTable(table);
  const planned = plannedPost();
  await posts.insert(planned);
  const [publication] = planned.publications;
  if (!publication) throw new Error('nothing planned');
  let reads = 0;
  const counting = {
    ...publications,
    listLane: (...range: Parameters<typeof publications.listLane>) => {
      reads += 1;
      return publications.listLane(...range);
    },
  };
  const figures = async (seconds: number) => {
    const at = addSeconds(due, seconds);
    const found = await lateFigures([{ ...publication, dueAt: due }], at, { publications: counting, settings });
    const { oldestDueAt, ...rest } = found;
    return { ...rest, oldestSeconds: (at.getTime() - oldestDueAt.getTime()) / 1000 };
  };
  return { posts, publications, settings, publication, figures, reads: () => reads };
}

const well = { oldestSeconds: 0, inFlightTooLong: 0, heldByPlatform: 0 };

describe('late work', () => {
  test('is nothing before its time, and takes no read in its first minutes', async () => {
    const { figures, reads } = await setup();
    expect(await figures(-30)).toEqual(well);
    expect(await figures(60)).toEqual({ ...well, oldestSeconds: 60 });
    expect(reads()).toBe(0);
  });

  test('is as old as what is due longest', async () => {
    const { figures } = await setup();
    expect(await figures(600)).toEqual({ ...well, oldestSeconds: 600 });
  });

  test('counts what a publisher died over', async () => {
    const { figures, publications, publication } = await setup();
    await claim(publications, publication, addSeconds(due, 100));
    expect(await figures(165)).toEqual({ ...well, oldestSeconds: 165 });
    expect(await figures(175)).toEqual({ ...well, oldestSeconds: 175, inFlightTooLong: 1 });
  });

  test.each([
    ['the team', undefined],
    ['the connection', 'itself'],
  ])('is no news while %s is stopped', async (_, which) => {
    const { figures, settings, publication } = await setup();
    const connectionId = which && publication.connectionId;
    await settings.pause({ teamId: testTeamId, connectionId }, { pausedAt: later, pausedBy: testUserId });
    expect(await figures(600)).toEqual(well);
    await settings.resume({ teamId: testTeamId, connectionId });
    expect(await figures(600)).toMatchObject({ oldestSeconds: 600 });
  });

  test('that was done since it was listed is none', async () => {
    const { figures, publications, publication } = await setup();
    await settle(publications, publication, publishedOutcome);
    expect(await figures(600)).toEqual(well);
  });

  test('behind something that the platform does not take yet is told apart, once for each connection', async () => {
    const { posts, publications, settings } = await setup();
    const target = mastodonTarget();
    const [head, behind] = [plannedPost({ targets: [target] }), plannedPost({ targets: [target] })];
    await posts.insert(head);
    const claimed = await claim(publications, head.publications[0]);
    await publications.postpone(claimed, { at: addSeconds(due, 3600), error: rateLimited, inDoubt: false });
    await posts.insert(behind);
    const waiting = behind.publications.map((one) => ({ ...one, dueAt: due }));
    const at = addSeconds(due, 600);
    const found = await lateFigures([...waiting, ...waiting], at, { publications, settings });
    expect(found).toEqual({ oldestDueAt: at, inFlightTooLong: 0, heldByPlatform: 1 });
  });
});
