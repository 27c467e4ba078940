import { describe, expect, test } from 'vitest';
import { laneTable, type StoredPublication } from '../../functions/posts/public.ts';
import { cancelOnDeletedConnection } from '../../functions/publishing/cancel-on-deleted-connection.ts';
import { publishingSubscribers } from '../../functions/publishing/contract.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { subscriber } from '../../functions/runtime/events.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { eventDelivery } from '../support/events.ts';
import { blueskyTarget, mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { testTeamId } from '../support/request.ts';

async function setup() {
  const targets = [mastodonTarget(), blueskyTarget()] as const;
  const scene = await freshPublishing({ targets: [...targets] });
  const tools = { ...scene.tools, lanes: laneTable(scene.table) };
  const run = subscriber(publishingSubscribers.cancelOnDeletedConnection, cancelOnDeletedConnection, () => tools);
  const deliver = (connectionId: string, scheduled: 'cancel' | 'keep') =>
    run(
      eventDelivery('connection.deleted', {
        id: newId('event'),
        at: dueTime.toISOString(),
        teamId: testTeamId,
        data: { connectionId, platform: 'mastodon', accountName: '@ada', scheduled },
      }),
    );
  const statesOf = async (publications: Parameters<typeof scene.tools.publications.findMany>[0]) =>
    new Set((await scene.tools.publications.findMany(publications)).map(({ state }) => state));
  return { ...scene, targets, deliver, statesOf };
}

describe('cancelOnDeletedConnection', () => {
  test('gives up all that is to go out on the connection, over many pages, and nothing else', async () => {
    const { deliver, schedule, statesOf, targets } = await setup();
    const [gone, kept] = targets;
    const onGone: StoredPublication[] = [];
    for (let minute = 0; minute < 130; minute++) {
      const publishAt = addSeconds(dueTime, minute * 60).toISOString();
      onGone.push(...(await schedule({ targets: [gone], publishAt })));
    }
    const onKept = await schedule({ targets: [kept] });
    await deliver(gone.id, 'cancel');
    for (let start = 0; start < onGone.length; start += 65)
      expect(await statesOf(onGone.slice(start, start + 65))).toEqual(new Set(['cancelled']));
    expect(await statesOf(onKept)).toEqual(new Set(['scheduled']));
  });

  test('leaves alone what is to be kept', async () => {
    const { deliver, schedule, statesOf, targets } = await setup();
    const planned = await schedule({ targets: [targets[0]] });
    await deliver(targets[0].id, 'keep');
    expect(await statesOf(planned)).toEqual(new Set(['scheduled']));
  });

  test('leaves alone what a publisher is at work on, and may come twice', async () => {
    const { deliver, schedule, statesOf, targets, tools, clock } = await setup();
    const [held] = await schedule({ targets: [targets[0]] });
    const waiting = await schedule({ targets: [targets[0]] });
    if (!held) throw new Error('nothing planned');
    clock.now = dueTime;
    await tools.publications.claim(held, { now: dueTime, until: dueTime, leaseSeconds: 70 });
    await deliver(targets[0].id, 'cancel');
    await deliver(targets[0].id, 'cancel');
    expect(await statesOf([held])).toEqual(new Set(['publishing']));
    expect(await statesOf(waiting)).toEqual(new Set(['cancelled']));
  });
});
