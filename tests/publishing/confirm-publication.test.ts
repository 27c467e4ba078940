import { describe, expect, test } from 'vitest';
import { confirmPublication } from '../../functions/publishing/confirm-publication.ts';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { retryPublication } from '../../functions/publishing/retry-publication.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { acceptedOutcome } from '../support/adapter.ts';
import { claim } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { editor, otherTeamId, send, viewer } from '../support/request.ts';

const unknown = { kind: 'unknown', message: 'dropped' } as const;
const tomorrow = addSeconds(dueTime, 24 * 3600);
const url = 'https://social.example/@ada/43';

async function setup(script: Parameters<typeof freshPublishing>[0] = {}) {
  const scene = await freshPublishing({ retryClass: 'unprovable', outcomes: [unknown, acceptedOutcome], ...script });
  const publication = await scene.scheduleOne();
  const handler = endpoint(publishingContract.confirmPublication, confirmPublication, () => scene.tools);
  const path = scene.path(publication);
  const confirm = (body: object, caller: object = editor) => {
    scene.clock.now = tomorrow;
    return send(handler, { path, body, caller: { ...editor, ...caller } });
  };
  const retry = () =>
    send(
      endpoint(publishingContract.retryPublication, retryPublication, () => scene.tools),
      { path },
    );
  const find = () => scene.tools.publications.find(publication);
  return { ...scene, publication, confirm, retry, find };
}

async function unconfirmed() {
  const scene = await setup();
  await scene.publishToTheEnd(scene.publication);
  expect(await scene.find()).toMatchObject({ state: 'unconfirmed', inDoubt: true });
  return scene;
}

describe('POST /publications/{publicationId}/confirm', () => {
  test('with its address, it is published since the attempt', async () => {
    const { confirm, publication, tools } = await unconfirmed();
    const { status, body } = await confirm({ url, platformPostId: '43' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'published',
      url,
      platformPostId: '43',
      publishedAt: dueTime.toISOString(),
      latenessMs: 0,
      attempts: [{ state: 'unknown' }],
    });
    expect(body).not.toHaveProperty('error');
    const { post } = await tools.posts.load(publication.teamId, publication.postId);
    expect(post).toMatchObject({ state: 'published', targets: [{ state: 'published', url }] });
  });

  test('the id on the platform may be left out', async () => {
    const { body } = await (await unconfirmed()).confirm({ url });
    expect(body).toMatchObject({ state: 'published', url });
    expect(body).not.toHaveProperty('platformPostId');
  });

  test('when it is not there it failed, and goes out once it is tried again', async () => {
    const { confirm, find, publication, publish, published, retry } = await unconfirmed();
    expect(await confirm({ published: false })).toMatchObject({
      status: 200,
      body: { state: 'failed', error: { code: 'not_published', action: 'retry' } },
    });
    expect(await find()).not.toHaveProperty('inDoubt');
    expect(await retry()).toMatchObject({ status: 202 });
    await publish(publication, tomorrow);
    expect(published).toHaveLength(2);
    expect(await find()).toMatchObject({ state: 'published' });
  });

  test('of two who say different things, one is heard', async () => {
    const { confirm, find } = await unconfirmed();
    const [first, second] = await Promise.all([confirm({ url }), confirm({ published: false })]);
    const won = first?.status === 200 ? 'published' : 'failed';
    expect([first?.status, second?.status].toSorted()).toEqual([200, 409]);
    expect(await find()).toMatchObject({ state: won });
  });

  test('is only for what is unconfirmed, and changes nothing else', async () => {
    const { confirm, publication, publish, table, tools } = await setup({ outcomes: [acceptedOutcome] });
    expect(await confirm({ url })).toMatchObject({ status: 409, body: { code: 'publication.is_scheduled' } });
    await claim(tools.publications, publication);
    expect(await confirm({ url })).toMatchObject({ status: 409, body: { code: 'publication.is_publishing' } });
    await publish(publication, addSeconds(dueTime, 71));
    const before = await table.rows();
    for (const body of [{ url }, { published: false }])
      expect(await confirm(body)).toMatchObject({ status: 409, body: { code: 'publication.is_published' } });
    expect(await table.rows()).toEqual(before);
  });

  test.each([
    ['an address that is none', { url: 'ada' }],
    ['an address that is not of the web', { url: 'javascript:alert(1)' }],
    ['both at once', { url, published: false }],
    ['a yes without an address', { published: true }],
    ['nothing', {}],
  ])('refuses %s', async (_, body) => {
    const { confirm } = await setup();
    expect(await confirm(body)).toMatchObject({ status: 422 });
  });

  test('is not for viewers, and not of another team', async () => {
    const { confirm } = await unconfirmed();
    expect(await confirm({ url }, viewer)).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
    expect(await confirm({ url }, { teamId: otherTeamId })).toMatchObject({
      status: 404,
      body: { code: 'publication.not_found' },
    });
  });
});
