import { describe, expect, test } from 'vitest';
import type { PublishOutcome } from '../../functions/platforms/public.ts';
import { postsContract } from '../../functions/posts/contract.ts';
import type { StoredPublication } from '../../functions/posts/publication.ts';
import { updatePost } from '../../functions/posts/update-post.ts';
import { cancelPublication } from '../../functions/publishing/cancel-publication.ts';
import { confirmPublication } from '../../functions/publishing/confirm-publication.ts';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { retryPublication } from '../../functions/publishing/retry-publication.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { mastodonTarget, noon } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { send } from '../support/request.ts';

const addressOf = (id: string) => `https://social.example/@ada/${id}`;
const accepted = (id: string): PublishOutcome => ({ kind: 'accepted', platformPostId: id, url: addressOf(id) });
const unknown: PublishOutcome = { kind: 'unknown', message: 'dropped' };
const refused: PublishOutcome = {
  kind: 'refused',
  refusal: { kind: 'content_rejected', platformCode: '422', message: 'no' },
};
const found = (id: string) => ({ url: addressOf(id), platformPostId: id });
const tomorrow = addSeconds(dueTime, 24 * 3600);

type Scene = Awaited<ReturnType<typeof freshPublishing>>;

/** What somebody of the team may do about one publication, at a time. */
function team(scene: Scene, publication: StoredPublication, now = noon) {
  scene.clock.now = now;
  const path = scene.path(publication);
  const { tools } = scene;
  return {
    retry: () =>
      send(
        endpoint(publishingContract.retryPublication, retryPublication, () => tools),
        { path },
      ),
    cancel: () =>
      send(
        endpoint(publishingContract.cancelPublication, cancelPublication, () => tools),
        { path },
      ),
    confirm: (body: object) =>
      send(
        endpoint(publishingContract.confirmPublication, confirmPublication, () => tools),
        { path, body },
      ),
    edit: (body: object) =>
      send(
        endpoint(postsContract.updatePost, updatePost, () => tools),
        { path: { postId: publication.postId }, body },
      ),
  };
}

async function setup(...outcomes: PublishOutcome[]) {
  const scene = await freshPublishing({ outcomes, retryClass: 'unprovable' });
  const publication = await scene.scheduleOne({ thread: ['Second', 'Third'] });
  const load = () => scene.tools.publications.find(publication);
  const sent = () => scene.published.map(({ text, replyTo }) => [text, replyTo?.platformPostId]);
  return { ...scene, publication, load, sent, team: (now?: Date) => team(scene, publication, now) };
}

describe('of a thread', () => {
  test.each([
    ['shorter', ['Second', 'Third'], [], [['Hello', undefined]]],
    [
      'longer',
      [],
      ['Later'],
      [
        ['Hello', undefined],
        ['Later', '1'],
      ],
    ],
  ] as const)('a target that was given up goes out as the post is by then: %s', async (_, before, after, expected) => {
    const targets = [mastodonTarget(), mastodonTarget()];
    const scene = await freshPublishing({ targets, outcomes: [accepted('1'), accepted('2'), accepted('3')] });
    const [one] = await scene.schedule({ thread: before });
    if (!one) throw new Error('nothing planned');
    const { cancel, edit, retry } = team(scene, one);
    await cancel();
    expect(await edit({ thread: after.map((text) => ({ text })) })).toMatchObject({ status: 200 });
    expect(await retry()).toMatchObject({ status: 202 });
    await scene.publish(one, noon);
    expect(scene.published.map(({ text, replyTo }) => [text, replyTo?.platformPostId])).toEqual(expected);
    expect(await scene.tools.publications.find(one)).toMatchObject({ state: 'published' });
  });

  test('nobody confirms what is not in doubt', async () => {
    const { team, publish, publication, published } = await setup(refused);
    await team().cancel();
    expect(await team().confirm(found('7'))).toMatchObject({ status: 409, body: { code: 'publication.is_cancelled' } });
    await team().retry();
    await publish(publication, noon);
    expect(await team().confirm(found('7'))).toMatchObject({ status: 409, body: { code: 'publication.is_failed' } });
    expect(published).toHaveLength(1);
  });

  test('what was given up in doubt does not go on when the part is found', async () => {
    const { team, publish, publication, sent, load } = await setup(accepted('1'), unknown, accepted('3'));
    await publish(publication);
    const later = addSeconds(dueTime, 60);
    expect(await team(later).cancel()).toMatchObject({ body: { state: 'unconfirmed' } });
    expect(await team(later).confirm(found('2'))).toMatchObject({ body: { state: 'published', platformPostId: '1' } });
    await publish(publication, later);
    expect(sent()).toEqual([
      ['Hello', undefined],
      ['Second', '1'],
    ]);
    expect((await load())?.parts).toMatchObject([{}, { platformPostId: '2' }]);
  });

  test('a part that is confirmed was out since its own attempt', async () => {
    const { team, publishToTheEnd, publication } = await setup(accepted('1'), unknown, unknown);
    await publishToTheEnd(publication);
    await team(tomorrow).confirm(found('2'));
    await publishToTheEnd(publication, tomorrow);
    const { body } = await team(addSeconds(tomorrow, 7200)).confirm(found('3'));
    expect(body.parts).toMatchObject([
      { publishedAt: dueTime.toISOString() },
      { publishedAt: dueTime.toISOString() },
      { publishedAt: tomorrow.toISOString() },
    ]);
  });

  test('one that the platform broke off asks what to do, and may end as it is', async () => {
    const { team, publish, publication, load, tools } = await setup(accepted('1'), refused);
    await publish(publication);
    expect(await load()).toMatchObject({ state: 'failed', error: { code: 'content_rejected', action: 'decide' } });
    expect(await team(tomorrow).cancel()).toMatchObject({ status: 200, body: { state: 'published', parts: [{}] } });
    const { post } = await tools.posts.load(publication.teamId, publication.postId);
    expect(post).toMatchObject({ state: 'published', targets: [{ parts: { published: 1, all: 3 } }] });
  });

  test('the handles follow one another by milliseconds', async () => {
    const { publish, publication, published } = await setup(accepted('1'), accepted('2'), accepted('3'));
    await publish(publication);
    const times = published.map(({ handle }) => Date.parse(handle.split(' ')[0] ?? ''));
    expect(times).toEqual([0, 1, 2].map((place) => dueTime.getTime() + place));
  });
});
