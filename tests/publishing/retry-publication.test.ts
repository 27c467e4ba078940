import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { retryPublication } from '../../functions/publishing/retry-publication.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { acceptedOutcome } from '../support/adapter.ts';
import { claim } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { editor, otherTeamId, send, viewer } from '../support/request.ts';

const rejected = {
  kind: 'refused',
  refusal: { kind: 'content_rejected', platformCode: '422', message: 'no' },
} as const;
const busy = { kind: 'refused', refusal: { kind: 'retry_later', platformCode: '503', message: 'busy' } } as const;
const unknown = { kind: 'unknown', message: 'dropped' } as const;
const tomorrow = addSeconds(dueTime, 24 * 3600);

async function setup(script: Parameters<typeof freshPublishing>[0] = {}) {
  const scene = await freshPublishing(script);
  const publication = await scene.scheduleOne();
  const handler = endpoint(publishingContract.retryPublication, retryPublication, () => scene.tools);
  const retry = (now = tomorrow, caller: object = editor) => {
    scene.clock.now = now;
    return send(handler, { path: scene.path(publication), caller: { ...editor, ...caller } });
  };
  const find = () => scene.tools.publications.find(publication);
  return { ...scene, publication, retry, find };
}

describe('POST /publications/{publicationId}/retry', () => {
  test('queues a failed one for now, with a hint, and it goes out', async () => {
    const { find, publication, publish, publishToTheEnd, queue, retry, tools } = await setup({
      outcomes: [rejected, acceptedOutcome],
    });
    await publishToTheEnd(publication);
    const { status, body } = await retry();
    expect(status).toBe(202);
    expect(body).toMatchObject({
      state: 'queued',
      publishAt: dueTime.toISOString(),
      dueAt: tomorrow.toISOString(),
      nextAttemptAt: tomorrow.toISOString(),
      attempts: [{ state: 'refused' }],
    });
    expect(body).not.toHaveProperty('error');
    const { teamId, connectionId, postId } = publication;
    expect(queue.sent.at(-1)).toMatchObject({ body: { teamId, connectionId }, delaySeconds: 0 });
    expect((await tools.posts.load(teamId, postId)).post).toMatchObject({ state: 'publishing' });
    await publish(publication, addSeconds(tomorrow, 1));
    expect(await find()).toMatchObject({ state: 'published', latenessMs: 1000 });
  });

  test('makes a missed one due again: it is no longer late', async () => {
    const { find, publication, publish, retry } = await setup();
    await publish(publication, tomorrow);
    expect(await find()).toMatchObject({ state: 'missed' });
    expect(await retry()).toMatchObject({ status: 202 });
    await publish(publication, tomorrow);
    expect(await find()).toMatchObject({ state: 'published' });
  });

  test('begins with short pauses again, and ends again', async () => {
    const { find, publication, publish, publishToTheEnd, retry } = await setup({ outcomes: [busy] });
    await publishToTheEnd(publication);
    expect(await find()).toMatchObject({ state: 'failed', error: { action: 'retry' } });
    await retry();
    await publish(publication, tomorrow);
    expect(await find()).toMatchObject({ nextAttemptAt: addSeconds(tomorrow, 5).toISOString() });
    await publishToTheEnd(publication, addSeconds(tomorrow, 5));
    expect(await find()).toMatchObject({ state: 'failed' });
  });

  test.each([
    ['found there, it is published and nothing is sent', { ...acceptedOutcome, kind: 'published' }, 1, 'published'],
    ['proved absent, it is sent', { kind: 'absent' }, 2, 'published'],
    ['without proof, it ends unconfirmed again and nothing is sent', undefined, 1, 'unconfirmed'],
  ] as const)('looks for an unconfirmed one first: %s', async (_, reconciled, times, state) => {
    const scene = await setup({ retryClass: 'unprovable', outcomes: [unknown, acceptedOutcome] });
    const { find, publication, published, publishToTheEnd, retry } = scene;
    await publishToTheEnd(publication);
    expect(await find()).toMatchObject({ state: 'unconfirmed' });
    scene.reconcileBy(reconciled);
    expect(await retry()).toMatchObject({ status: 202 });
    await publishToTheEnd(publication, tomorrow);
    expect(published).toHaveLength(times);
    expect(await find()).toMatchObject({ state });
  });

  test('what got through long ago is as late as it was then', async () => {
    const { find, publication, publish, publishToTheEnd, reconcileBy, retry } = await setup({
      retryClass: 'unprovable',
      outcomes: [unknown],
    });
    await publishToTheEnd(publication);
    reconcileBy({ ...acceptedOutcome, kind: 'published' });
    await retry();
    await publish(publication, tomorrow);
    expect(await find()).toMatchObject({ latenessMs: 0, publishedAt: dueTime.toISOString() });
  });

  test('waits while the team is stopped', async () => {
    const { find, publication, published, publish, publishToTheEnd, retry, tools } = await setup({
      outcomes: [rejected],
    });
    await publishToTheEnd(publication);
    const { teamId } = publication;
    await tools.settings.pause({ teamId }, { pausedAt: dueTime.toISOString(), pausedBy: editor.userId });
    await retry();
    await publish(publication, tomorrow);
    expect(published).toHaveLength(1);
    expect(await find()).toMatchObject({ state: 'queued' });
  });

  test('of many at once, one is taken', async () => {
    const { publication, publishToTheEnd, retry } = await setup({ outcomes: [rejected] });
    await publishToTheEnd(publication);
    const codes = (await Promise.all([1, 2, 3, 4].map(() => retry()))).map(({ status, body }) => body.code ?? status);
    expect(codes.toSorted()).toEqual([202, ...Array(3).fill('publication.is_queued')]);
  });

  test('is refused by the name of the state, and changes nothing', async () => {
    const { publication, publish, retry, table, tools } = await setup();
    expect(await retry(dueTime)).toMatchObject({ status: 409, body: { code: 'publication.is_scheduled' } });
    await claim(tools.publications, publication);
    expect(await retry(dueTime)).toMatchObject({ status: 409, body: { code: 'publication.is_publishing' } });
    await publish(publication, addSeconds(dueTime, 71));
    const before = await table.rows();
    expect(await retry()).toMatchObject({ status: 409, body: { code: 'publication.is_published' } });
    expect(await table.rows()).toEqual(before);
  });

  test('is not for viewers, and not of another team', async () => {
    const { retry } = await setup();
    expect(await retry(tomorrow, viewer)).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
    expect(await retry(tomorrow, { teamId: otherTeamId })).toMatchObject({
      status: 404,
      body: { code: 'publication.not_found' },
    });
  });
});
