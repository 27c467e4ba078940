import { describe, expect, test } from 'vitest';
import { cancelPublication } from '../../functions/publishing/cancel-publication.ts';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { acceptedOutcome } from '../support/adapter.ts';
import { blueskyTarget, claim, mastodonTarget, noon } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { editor, otherTeamId, send, viewer } from '../support/request.ts';

const busy = { kind: 'refused', refusal: { kind: 'retry_later', platformCode: '503', message: 'busy' } } as const;
const unknown = { kind: 'unknown', message: 'dropped' } as const;

async function setup(script: Parameters<typeof freshPublishing>[0] = {}) {
  const scene = await freshPublishing(script);
  const publication = await scene.scheduleOne();
  const handler = endpoint(publishingContract.cancelPublication, cancelPublication, () => scene.tools);
  const cancel = (now = noon, caller: object = editor) => {
    scene.clock.now = now;
    return send(handler, { path: scene.path(publication), caller: { ...editor, ...caller } });
  };
  const find = () => scene.tools.publications.find(publication);
  return { ...scene, publication, cancel, find };
}

describe('POST /publications/{publicationId}/cancel', () => {
  test('gives up one target; the others go out', async () => {
    const targets = [mastodonTarget(), blueskyTarget()];
    const { cancel, publication, publish, published, tools } = await setup({ targets });
    const { status, body } = await cancel();
    expect({ status, body }).toMatchObject({ status: 200, body: { state: 'cancelled', attempts: [] } });
    expect(body).not.toHaveProperty('nextAttemptAt');
    for (const { id } of targets) await publish({ connectionId: id });
    expect(published).toHaveLength(1);
    const { post } = await tools.posts.load(publication.teamId, publication.postId);
    expect(post).toMatchObject({ state: 'partially_published' });
  });

  test('works to the last moment, and nothing of it is due any more', async () => {
    const { cancel, publication, publish, published, table } = await setup();
    expect(await cancel(dueTime)).toMatchObject({ status: 200 });
    await publish(publication);
    expect(published).toEqual([]);
    expect((await table.rows()).filter((row) => 'gsi1pk' in row || 'gsi3pk' in row)).toEqual([]);
  });

  test('is refused while a publisher is at work; whoever came first, wins', async () => {
    const { cancel, find, publication, tools } = await setup();
    await claim(tools.publications, publication);
    expect(await cancel(dueTime)).toMatchObject({ status: 409, body: { code: 'post.locked' } });
    expect(await find()).toMatchObject({ state: 'publishing' });
  });

  test('ends the tries of one that was refused for now', async () => {
    const { cancel, find, publication, publish } = await setup({ outcomes: [busy] });
    await publish(publication);
    expect(await cancel(addSeconds(dueTime, 1))).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(await find()).not.toHaveProperty('error');
  });

  test('ends the tries of one in doubt as unconfirmed: it may be out', async () => {
    const { cancel, publication, publish, published, tools } = await setup({ outcomes: [unknown, acceptedOutcome] });
    await publish(publication);
    expect(await cancel(addSeconds(dueTime, 1))).toMatchObject({
      status: 200,
      body: { state: 'unconfirmed', error: { code: 'cancelled_in_doubt', action: 'check' } },
    });
    await publish(publication, addSeconds(dueTime, 600));
    expect(published).toHaveLength(1);
    const { post } = await tools.posts.load(publication.teamId, publication.postId);
    expect(post).toMatchObject({ state: 'unconfirmed' });
  });

  test('the same for one that a publisher died over', async () => {
    const { cancel, publication, publish, published, tools } = await setup();
    await claim(tools.publications, publication);
    expect(await cancel(addSeconds(dueTime, 71))).toMatchObject({ status: 200, body: { state: 'unconfirmed' } });
    await publish(publication, addSeconds(dueTime, 72));
    expect(published).toEqual([]);
  });

  test('a missed one is no longer asked about', async () => {
    const { cancel, publication, publish } = await setup();
    const tomorrow = addSeconds(dueTime, 24 * 3600);
    await publish(publication, tomorrow);
    expect(await cancel(tomorrow)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(await cancel(tomorrow)).toMatchObject({ status: 409, body: { code: 'publication.is_cancelled' } });
  });

  test('is refused for what is out', async () => {
    const { cancel, publication, publish, table } = await setup();
    await publish(publication);
    const before = await table.rows();
    expect(await cancel(dueTime)).toMatchObject({ status: 409, body: { code: 'publication.is_published' } });
    expect(await table.rows()).toEqual(before);
  });

  test('against publishers at the same moment: it goes out or it does not, and we say which', async () => {
    for (let round = 0; round < 5; round++) {
      const { cancel, find, publication, publish, published } = await setup();
      const [cancelled] = await Promise.all([cancel(dueTime), publish(publication), publish(publication)]);
      const state = cancelled.status === 200 ? 'cancelled' : 'published';
      expect(await find()).toMatchObject({ state });
      expect(published).toHaveLength(state === 'cancelled' ? 0 : 1);
    }
  });

  test('is not for viewers, and not of another team', async () => {
    const { cancel } = await setup();
    expect(await cancel(noon, viewer)).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
    expect(await cancel(noon, { teamId: otherTeamId })).toMatchObject({
      status: 404,
      body: { code: 'publication.not_found' },
    });
  });
});
