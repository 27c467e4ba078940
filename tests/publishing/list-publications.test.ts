import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { listPublications } from '../../functions/publishing/list-publications.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { blueskyTarget, mastodonTarget } from '../support/posts.ts';
import { freshPublishing } from '../support/publishing.ts';
import { otherTeamId, send, viewer } from '../support/request.ts';

async function setup() {
  const scene = await freshPublishing({ targets: [mastodonTarget(), blueskyTarget()] });
  const list = endpoint(publishingContract.listPublications, listPublications, () => scene.tools);
  const show = (postId: string, teamId = viewer.teamId as string) =>
    send(list, { method: 'GET', path: { postId }, caller: { ...viewer, teamId } });
  return { ...scene, show };
}

describe('GET /posts/{postId}/publications', () => {
  test('shows each target with its own attempts', async () => {
    const { publish, schedule, show, targets } = await setup();
    const [first] = await schedule();
    if (!first) throw new Error('nothing planned');
    await publish(first);
    const { status, body } = await show(first.postId);
    expect(status).toBe(200);
    const byConnection = new Map(body.items.map((one: { connectionId: string }) => [one.connectionId, one]));
    expect(byConnection.get(first.connectionId)).toMatchObject({
      state: 'published',
      attempts: [{ state: 'accepted' }],
    });
    expect(byConnection.get(targets[1]?.id)).toMatchObject({ state: 'scheduled', attempts: [] });
  });

  test('of a draft there are none', async () => {
    const { schedule, show, table } = await setup();
    await schedule({ publishAt: null });
    const [draft] = (await table.rows()).filter(({ entity }) => entity === 'post');
    expect(await show(String(draft?.id))).toMatchObject({ status: 200, body: { items: [] } });
  });

  test('of a post that the team does not have, nothing is told', async () => {
    const { scheduleOne, show } = await setup();
    const { postId } = await scheduleOne();
    expect(await show(newId('post'))).toMatchObject({ status: 404, body: { code: 'post.not_found' } });
    expect(await show(postId, otherTeamId)).toMatchObject({ status: 404, body: { code: 'post.not_found' } });
  });
});
