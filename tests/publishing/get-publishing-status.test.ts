import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { getPublishingStatus } from '../../functions/publishing/get-publishing-status.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { blueskyTarget, claim, mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { otherTeamId, send, testTeamId, testUserId, viewer } from '../support/request.ts';

const nothing = { due: 0, late: 0, inFlight: 0, oldestDueAt: null, isComplete: true, pause: null };

async function setup(targets = [mastodonTarget(), blueskyTarget()]) {
  const scene = await freshPublishing({ targets });
  const handler = endpoint(publishingContract.getPublishingStatus, getPublishingStatus, () => scene.tools);
  const status = async (now = dueTime, teamId = testTeamId) => {
    scene.clock.now = now;
    const reply = await send(handler, { method: 'GET', caller: { ...viewer, teamId } });
    expect(reply.status).toBe(200);
    return reply.body;
  };
  return { ...scene, status };
}

describe('GET /publishing/status', () => {
  test('while nothing is due, there is nothing to tell of any connection', async () => {
    const { schedule, status, targets } = await setup();
    await schedule();
    expect(await status(addSeconds(dueTime, -2))).toEqual({
      ...nothing,
      connections: targets.map(({ id }) => ({ connectionId: id, ...nothing })),
    });
  });

  test('counts what is due, late and in flight, in all and for each connection', async () => {
    const { schedule, status, targets, tools } = await setup();
    const [first, second] = targets;
    if (!first || !second) throw new Error('no targets');
    const [begun] = await schedule({ targets: [first] });
    await schedule({ targets: [first], publishAt: addSeconds(dueTime, 30).toISOString() });
    await schedule({ targets: [first], publishAt: addSeconds(dueTime, 3600).toISOString() });
    await schedule({ targets: [second], publishAt: addSeconds(dueTime, 60).toISOString() });
    await claim(tools.publications, begun);
    expect(await status(addSeconds(dueTime, 65))).toMatchObject({
      ...{ due: 3, late: 1, inFlight: 1, oldestDueAt: dueTime.toISOString(), isComplete: true },
      connections: [
        { connectionId: first.id, due: 2, late: 1, inFlight: 1, oldestDueAt: dueTime.toISOString() },
        { connectionId: second.id, due: 1, late: 0, inFlight: 0, oldestDueAt: addSeconds(dueTime, 60).toISOString() },
      ],
    });
  });

  test('a publisher that died is not in flight, and what is out is not due', async () => {
    const { publish, scheduleOne, status, targets, tools } = await setup([mastodonTarget()]);
    const publication = await scheduleOne();
    await claim(tools.publications, publication);
    expect(await status(addSeconds(dueTime, 71))).toMatchObject({ due: 1, inFlight: 0 });
    await publish({ connectionId: targets[0]?.id ?? '' }, addSeconds(dueTime, 72));
    expect(await status(addSeconds(dueTime, 73))).toMatchObject({ due: 0, oldestDueAt: null });
  });

  test('tells what is stopped', async () => {
    const { status, targets, tools } = await setup();
    const stop = { pausedAt: dueTime.toISOString(), pausedBy: testUserId };
    await tools.settings.pause({ teamId: testTeamId }, stop);
    await tools.settings.pause({ teamId: testTeamId, connectionId: targets[0]?.id }, stop);
    expect(await status()).toMatchObject({ pause: stop, connections: [{ pause: stop }, { pause: null }] });
  });

  test('says "at least" when there is more than it counts', async () => {
    const { schedule, status, targets } = await setup([mastodonTarget()]);
    for (let made = 0; made < 510; made += 30)
      await Promise.all(Array.from({ length: 30 }, () => schedule({ targets })));
    const { due, isComplete, connections } = await status(addSeconds(dueTime, 120));
    expect({ due, isComplete }).toEqual({ due: 500, isComplete: false });
    expect(connections).toMatchObject([{ due: 500, late: 500, isComplete: false }]);
  });

  test('tells of the newest hundred connections, and that there are more', async () => {
    const { status } = await setup(Array.from({ length: 101 }, () => mastodonTarget()));
    const { connections, isComplete } = await status();
    expect({ count: connections.length, isComplete }).toEqual({ count: 100, isComplete: false });
  });

  test('of another team tells nothing', async () => {
    const { schedule, status } = await setup();
    await schedule();
    expect(await status(dueTime, otherTeamId)).toEqual({ ...nothing, connections: [] });
  });
});
