import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { resumePublishing } from '../../functions/publishing/resume-publishing.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { blueskyTarget, mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { editor, otherTeamId, send, testTeamId, testUserId, viewer } from '../support/request.ts';

const teamId = testTeamId;
const stop = { pausedAt: dueTime.toISOString(), pausedBy: testUserId };

async function setup() {
  const targets = [mastodonTarget(), blueskyTarget()] as const;
  const scene = await freshPublishing({ targets: [...targets] });
  const handler = endpoint(publishingContract.resumePublishing, resumePublishing, () => scene.tools);
  const resume = (body: object = {}, caller: object = editor) =>
    send(handler, { body, caller: { ...editor, ...caller } });
  return { ...scene, targets, resume, settings: scene.tools.settings };
}

describe('POST /publishing/resume', () => {
  test('lets the team go on, and hints at each connection that has something overdue', async () => {
    const { clock, publish, published, queue, resume, schedule, settings, targets } = await setup();
    const [first, second] = targets;
    await schedule({ targets: [first] });
    await schedule({ targets: [first] });
    await schedule({ targets: [second], publishAt: addSeconds(dueTime, 3600).toISOString() });
    await settings.pause({ teamId }, stop);
    clock.now = addSeconds(dueTime, 60);
    expect(await resume()).toMatchObject({ status: 200, body: { team: null, connections: [] } });
    expect(queue.sent).toEqual([{ body: { teamId, connectionId: first.id } }]);
    await publish({ connectionId: first.id }, clock.now);
    expect(published).toHaveLength(2);
  });

  test('what became too late meanwhile is missed, not sent', async () => {
    const { publish, published, resume, scheduleOne, settings, tools } = await setup();
    const publication = await scheduleOne();
    await settings.pause({ teamId }, stop);
    const tomorrow = addSeconds(dueTime, 24 * 3600);
    await publish(publication, tomorrow);
    expect(await tools.publications.find(publication)).toMatchObject({ state: 'scheduled' });
    await resume();
    await publish(publication, tomorrow);
    expect(published).toEqual([]);
    expect(await tools.publications.find(publication)).toMatchObject({ state: 'missed' });
  });

  test('leaves connections held that were stopped by themselves, and ends those by their names', async () => {
    const { resume, settings, targets } = await setup();
    const connectionId = targets[0].id;
    await settings.pause({ teamId }, stop);
    await settings.pause({ teamId, connectionId }, stop);
    expect((await resume()).body).toEqual({ team: null, connections: [{ connectionId, ...stop }] });
    expect((await resume({ connectionId })).body).toEqual({ team: null, connections: [] });
  });

  test('changes nothing where nothing was stopped', async () => {
    const { resume, table } = await setup();
    expect(await resume()).toMatchObject({ status: 200 });
    expect(await table.rows()).toEqual([]);
  });

  test('works also when the hints are lost', async () => {
    const { resume, schedule, settings, tools, queue } = await setup();
    await schedule();
    await settings.pause({ teamId }, stop);
    queue.send = async () => Promise.reject(new Error('lost'));
    expect(await resume()).toMatchObject({ status: 200 });
    expect((await tools.settings.pauses(teamId)).team).toBeUndefined();
  });

  test('is not for viewers, and not for connections of another team', async () => {
    const { resume, targets } = await setup();
    expect(await resume({}, viewer)).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
    const body = { connectionId: targets[0].id };
    expect(await resume(body, { teamId: otherTeamId })).toMatchObject({
      status: 404,
      body: { code: 'connection.not_found' },
    });
  });
});
