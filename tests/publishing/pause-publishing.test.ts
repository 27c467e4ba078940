import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { pausePublishing } from '../../functions/publishing/pause-publishing.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { acceptedOutcome } from '../support/adapter.ts';
import { blueskyTarget, claim, mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { editor, otherTeamId, send, testUserId, viewer } from '../support/request.ts';

async function setup(script: Parameters<typeof freshPublishing>[0] = {}) {
  const targets = [mastodonTarget(), blueskyTarget()] as const;
  const scene = await freshPublishing({ targets: [...targets], ...script });
  const handler = endpoint(publishingContract.pausePublishing, pausePublishing, () => scene.tools);
  const pause = (body: object = {}, caller: object = editor) =>
    send(handler, { body, caller: { ...editor, ...caller } });
  const stop = { pausedAt: dueTime.toISOString(), pausedBy: testUserId };
  return { ...scene, targets, pause, stop };
}

describe('POST /publishing/pause', () => {
  test('stops the team: nothing goes out, and it says since when and by whom', async () => {
    const { pause, publish, published, schedule, stop, targets } = await setup();
    await schedule();
    expect(await pause()).toMatchObject({
      status: 200,
      body: { team: stop, connections: [], inFlight: 0, isComplete: true },
    });
    for (const { id } of targets) await publish({ connectionId: id }, addSeconds(dueTime, 60));
    expect(published).toEqual([]);
  });

  test('stops one connection, and the other goes on', async () => {
    const { pause, publish, published, schedule, stop, targets } = await setup();
    const [first, second] = targets;
    await schedule();
    expect(await pause({ connectionId: first.id })).toMatchObject({
      status: 200,
      body: { team: null, connections: [{ connectionId: first.id, ...stop }] },
    });
    await publish({ connectionId: first.id });
    expect(published).toEqual([]);
    await publish({ connectionId: second.id });
    expect(published).toHaveLength(1);
  });

  test('tells how many publishers have begun with, and only these go out', async () => {
    const { pause, publish, published, schedule, tools } = await setup();
    const [begun, waiting] = await schedule();
    if (!begun || !waiting) throw new Error('nothing planned');
    await claim(tools.publications, begun);
    expect(await pause()).toMatchObject({ body: { inFlight: 1 } });
    await publish(waiting);
    expect(published).toEqual([]);
  });

  test('counts exactly, whatever publishers do at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { promise: gate, resolve: release } = Promise.withResolvers<void>();
      const { pause, publish, published, schedule } = await setup({
        prepare: async () => {
          await gate;
          return { kind: 'ready' };
        },
        outcomes: [acceptedOutcome],
      });
      const publications = await schedule();
      const running = publications.map((one) => publish(one));
      await new Promise((resolve) => setTimeout(resolve, round));
      const { inFlight } = (await pause()).body;
      release();
      await Promise.all(running);
      expect(published.length).toBeLessThanOrEqual(inFlight);
    }
  });

  test('again, it stays with who stopped first', async () => {
    const { clock, pause, stop } = await setup();
    await pause();
    clock.now = addSeconds(dueTime, 60);
    expect(await pause({}, { userId: newId('user') })).toMatchObject({ status: 200, body: { team: stop } });
  });

  test('is not for viewers, and not for connections of another team', async () => {
    const { pause, targets, table } = await setup();
    expect(await pause({}, viewer)).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
    const body = { connectionId: targets[0].id };
    expect(await pause(body, { teamId: otherTeamId })).toMatchObject({
      status: 404,
      body: { code: 'connection.not_found' },
    });
    expect(await table.rows()).toEqual([]);
  });
});
