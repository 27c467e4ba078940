import { describe, expect, test } from 'vitest';
import type { PublishOutcome } from '../../functions/platforms/public.ts';
import { postsContract } from '../../functions/posts/contract.ts';
import { updatePost } from '../../functions/posts/update-post.ts';
import { cancelPublication } from '../../functions/publishing/cancel-publication.ts';
import { confirmPublication } from '../../functions/publishing/confirm-publication.ts';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { getPublication } from '../../functions/publishing/get-publication.ts';
import { retryPublication } from '../../functions/publishing/retry-publication.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { send } from '../support/request.ts';

const accepted = (id: string): PublishOutcome => ({
  kind: 'accepted',
  platformPostId: id,
  url: `https://social.example/@ada/${id}`,
});
const refused: PublishOutcome = {
  kind: 'refused',
  refusal: { kind: 'content_rejected', platformCode: '422', message: 'no' },
};
const busy: PublishOutcome = {
  kind: 'refused',
  refusal: { kind: 'retry_later', platformCode: '503', message: 'busy' },
};
const unknown: PublishOutcome = { kind: 'unknown', message: 'dropped' };
const tomorrow = addSeconds(dueTime, 24 * 3600);

async function setup(...outcomes: PublishOutcome[]) {
  const scene = await freshPublishing({ outcomes, retryClass: 'unprovable' });
  const publication = await scene.scheduleOne({ thread: ['Second', 'Third'] });
  const path = scene.path(publication);
  const load = async () => {
    const { post } = await scene.tools.posts.load(publication.teamId, publication.postId);
    return { post, publication: await scene.tools.publications.find(publication) };
  };
  const ask = {
    get: () =>
      send(
        endpoint(publishingContract.getPublication, getPublication, () => scene.tools),
        { path },
      ),
    retry: () =>
      send(
        endpoint(publishingContract.retryPublication, retryPublication, () => scene.tools),
        { path },
      ),
    cancel: () =>
      send(
        endpoint(publishingContract.cancelPublication, cancelPublication, () => scene.tools),
        { path },
      ),
    confirm: (body: object) =>
      send(
        endpoint(publishingContract.confirmPublication, confirmPublication, () => scene.tools),
        { path, body },
      ),
    edit: () =>
      send(
        endpoint(postsContract.updatePost, updatePost, () => scene.tools),
        { path: { postId: publication.postId }, body: { text: 'Another' } },
      ),
  };
  const texts = () => scene.published.map(({ text }) => text);
  return { ...scene, publication, load, texts, ...ask };
}

describe('a thread', () => {
  test('goes out on one message, each part below the one before, under a handle of its own', async () => {
    const { publish, publication, published, load } = await setup(accepted('1'), accepted('2'), accepted('3'));
    await publish(publication);
    expect(published).toMatchObject([
      { text: 'Hello', replyTo: undefined },
      { text: 'Second', replyTo: { platformPostId: '1', rootId: '1' } },
      { text: 'Third', replyTo: { platformPostId: '2', rootId: '1' } },
    ]);
    expect(new Set(published.map(({ handle }) => handle)).size).toBe(3);
    expect(await load()).toMatchObject({
      post: { state: 'published', targets: [{ platformPostId: '1', parts: { published: 3, all: 3 } }] },
      publication: { state: 'published', platformPostId: '1', latenessMs: 0, parts: [{}, {}, { platformPostId: '3' }] },
    });
  });

  test('is shown with what is out of it, and all that was tried', async () => {
    const { publish, publication, get } = await setup(accepted('1'), busy, accepted('2'), busy);
    await publish(publication);
    expect(await get()).toMatchObject({
      body: {
        state: 'scheduled',
        partCount: 3,
        parts: [{ platformPostId: '1', url: 'https://social.example/@ada/1', publishedAt: dueTime.toISOString() }],
        attempts: [
          { part: 0, state: 'accepted' },
          { part: 1, state: 'refused' },
        ],
      },
    });
    await publish(publication, addSeconds(dueTime, 5));
    const { parts, attempts } = (await get()).body;
    expect(attempts.map(({ part }: { part: number }) => part)).toEqual([0, 1, 1, 2]);
    expect(parts[attempts[2].part].platformPostId).toBe(attempts[2].answer);
  });

  test('goes on where it was, with pauses of its own', async () => {
    const { publish, publication, texts, load } = await setup(accepted('1'), busy, accepted('2'), accepted('3'));
    await publish(publication);
    const waiting = (await load()).publication;
    expect(waiting).toMatchObject({ nextAttemptAt: addSeconds(dueTime, 5).toISOString() });
    await publish(publication, addSeconds(dueTime, 5));
    expect(texts()).toEqual(['Hello', 'Second', 'Second', 'Third']);
    expect(await load()).toMatchObject({ publication: { state: 'published' } });
  });

  test('is not sent anew when the publisher dies after the platform took a part', async () => {
    const { publish, publication, tools, texts, table } = await setup(accepted('1'), accepted('2'), accepted('3'));
    const { postpone } = tools.publications;
    tools.publications.postpone = () => Promise.reject(new Error('died'));
    await expect(publish(publication)).rejects.toThrow('died');
    tools.publications.postpone = postpone;
    await publish(publication, addSeconds(dueTime, 71));
    expect(texts()).toEqual(['Hello', 'Second', 'Third']);
    expect((await table.rows()).filter(({ entity }) => entity === 'attempt')).toHaveLength(3);
  });

  test('stops between its parts when the team does, and goes on after it', async () => {
    const { publish, publication, tools, texts, table } = await setup(accepted('1'), accepted('2'), accepted('3'));
    const adapter = await tools.adapterFor();
    const send = adapter.publish;
    const by = { pausedAt: dueTime.toISOString(), pausedBy: 'user_01jdxb8ncye2ha5vvbz9fnzbzt' };
    adapter.publish = async (account, part) => {
      await tools.settings.pause({ teamId: publication.teamId }, by);
      return send(account, part);
    };
    await publish(publication);
    expect(texts()).toEqual(['Hello']);
    adapter.publish = send;
    await tools.settings.resume({ teamId: publication.teamId });
    await publish(publication, addSeconds(dueTime, 60));
    expect(texts()).toEqual(['Hello', 'Second', 'Third']);
    expect((await table.rows()).filter((row) => 'gsi3pk' in row)).toEqual([]);
  });

  test('that the platform refuses in the middle has failed, says what is out, and goes on when it is tried again', async () => {
    const { publish, publication, load, retry, edit, texts } = await setup(
      accepted('1'),
      refused,
      accepted('2'),
      accepted('3'),
    );
    await publish(publication);
    expect(await load()).toMatchObject({
      post: { state: 'failed', targets: [{ url: 'https://social.example/@ada/1', parts: { published: 1, all: 3 } }] },
      publication: { state: 'failed', error: { code: 'content_rejected' } },
    });
    expect(await edit()).toMatchObject({ status: 409, body: { code: 'post.final' } });
    expect(await retry()).toMatchObject({ status: 202 });
    await publish(publication, dueTime);
    expect(texts()).toEqual(['Hello', 'Second', 'Second', 'Third']);
    expect(await load()).toMatchObject({ post: { state: 'published' } });
  });

  test('that is given up in the middle stays published as far as it came', async () => {
    const { publish, publication, cancel, load, texts, table } = await setup(accepted('1'), busy);
    await publish(publication);
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'published', platformPostId: '1' } });
    expect((await load()).post).toMatchObject({ state: 'published', targets: [{ parts: { published: 1, all: 3 } }] });
    await publish(publication, addSeconds(dueTime, 600));
    expect(texts()).toEqual(['Hello', 'Second']);
    expect((await table.rows()).filter((row) => 'gsi1pk' in row || 'gsi3pk' in row)).toEqual([]);
  });

  test('is late from when its last part was out, and then failed, not missed', async () => {
    const { publish, publication, load, tools } = await setup(accepted('1'), busy);
    await tools.settings.setLateness(publication.teamId, { policy: 'skip', afterMinutes: 10 }, undefined);
    await publish(publication, addSeconds(dueTime, 9 * 60));
    await publish(publication, addSeconds(dueTime, 18 * 60));
    expect((await load()).publication).toMatchObject({ state: 'scheduled' });
    await publish(publication, addSeconds(dueTime, 20 * 60));
    expect((await load()).publication).toMatchObject({ state: 'failed', error: { code: 'too_late' } });
  });

  describe('in doubt over a part', () => {
    async function inDoubt() {
      const scene = await setup(accepted('1'), unknown, accepted('3'));
      await scene.publishToTheEnd(scene.publication);
      expect((await scene.load()).publication).toMatchObject({
        state: 'unconfirmed',
        parts: [{ platformPostId: '1' }],
      });
      scene.clock.now = tomorrow;
      return scene;
    }
    const url = 'https://social.example/@ada/2';

    test('goes on below the part that somebody found', async () => {
      const { confirm, publish, publication, published, load } = await inDoubt();
      expect(await confirm({ url, platformPostId: '2' })).toMatchObject({ status: 200, body: { state: 'queued' } });
      await publish(publication, tomorrow);
      expect(published.at(-1)).toMatchObject({ text: 'Third', replyTo: { platformPostId: '2', rootId: '1' } });
      expect((await load()).publication).toMatchObject({
        state: 'published',
        platformPostId: '1',
        parts: [{}, { url }, {}],
      });
    });

    test('ends with it when nobody knows its id', async () => {
      const { confirm, load } = await inDoubt();
      expect(await confirm({ url })).toMatchObject({ body: { state: 'published', platformPostId: '1' } });
      expect((await load()).post.targets).toMatchObject([{ parts: { published: 2, all: 3 } }]);
    });

    test('sends it again when it is not there and somebody wants another try', async () => {
      const { confirm, retry, publish, publication, texts, load } = await inDoubt();
      expect(await confirm({ published: false })).toMatchObject({ body: { state: 'failed' } });
      await retry();
      await publish(publication, tomorrow);
      expect(texts()).toEqual(['Hello', 'Second', 'Second', 'Third']);
      expect((await load()).publication).toMatchObject({ state: 'published' });
    });
  });

  test('a post that is alone has no parts', async () => {
    const { publish, schedule, targets, tools } = await freshPublishing({ targets: [mastodonTarget()] });
    const [publication] = await schedule();
    if (!publication) throw new Error('nothing planned');
    await publish({ connectionId: targets[0]?.id ?? '' });
    const stored = await tools.publications.find(publication);
    expect(stored).not.toHaveProperty('parts');
    expect(stored).not.toHaveProperty('partCount');
  });
});
