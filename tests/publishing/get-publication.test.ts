import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { getPublication } from '../../functions/publishing/get-publication.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { acceptedOutcome } from '../support/adapter.ts';
import { mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { otherTeamId, send, viewer } from '../support/request.ts';

async function setup(script: Parameters<typeof freshPublishing>[0] = {}) {
  const scene = await freshPublishing(script);
  const publication = await scene.scheduleOne();
  const get = endpoint(publishingContract.getPublication, getPublication, () => scene.tools);
  const show = (caller: object = viewer) =>
    send(get, { method: 'GET', path: scene.path(publication), caller: { ...viewer, ...caller } });
  return { ...scene, publication, show };
}

describe('GET /publications/{publicationId}', () => {
  test('shows one that waits, with its times', async () => {
    const { path, publication, show } = await setup();
    const { postId, connectionId } = publication;
    const dueAt = dueTime.toISOString();
    expect(await show()).toMatchObject({
      status: 200,
      body: {
        id: path(publication).publicationId,
        postId,
        connectionId,
        platform: 'mastodon',
        state: 'scheduled',
        publishAt: dueAt,
        dueAt,
        nextAttemptAt: dueAt,
        attempts: [],
      },
    });
  });

  test('shows what was tried and what came of it, without our own notes', async () => {
    const unknown = { kind: 'unknown', message: 'dropped' } as const;
    const { publication, publish, show } = await setup({ outcomes: [unknown, acceptedOutcome] });
    await publish(publication);
    expect((await show()).body).toMatchObject({
      state: 'scheduled',
      nextAttemptAt: addSeconds(dueTime, 5).toISOString(),
      error: { code: 'unknown_outcome', action: 'wait' },
      attempts: [{ state: 'unknown', answer: 'dropped', retryClass: 'idempotent' }],
    });
    await publish(publication, addSeconds(dueTime, 5));
    const { body } = await show();
    expect(body).toMatchObject({
      state: 'published',
      url: acceptedOutcome.url,
      platformPostId: '42',
      latenessMs: 5000,
      attempts: [
        { part: 0, state: 'unknown' },
        { part: 0, state: 'accepted', answer: '42', url: acceptedOutcome.url },
      ],
    });
    expect(body).not.toHaveProperty('nextAttemptAt');
    expect(JSON.stringify(body)).not.toMatch(/lease|teamId|"plan"/);
    expect(new Set(body.attempts.map(({ handle }: { handle: string }) => handle)).size).toBe(1);
  });

  test('shows the last 50 attempts, in order', async () => {
    const { publication, show, tools } = await setup();
    const at = dueTime;
    for (let made = 0; made < 53; made++)
      await tools.attempts.begin({
        ...{ teamId: publication.teamId, postId: publication.postId, connectionId: publication.connectionId },
        part: 0,
        handle: `h${made}`,
        retryClass: 'idempotent',
        text: 'Hello',
        at,
      });
    const { attempts } = (await show()).body;
    expect(attempts.map(({ handle }: { handle: string }) => handle)).toEqual(
      Array.from({ length: 50 }, (_, place) => `h${place + 3}`),
    );
  });

  test('does not guess which part an attempt was of whose row does not say', async () => {
    const { publication, publish, show, table } = await setup();
    await publish(publication);
    const row = (await table.rows()).find(({ entity }) => entity === 'attempt');
    const key = { pk: String(row?.pk), sk: String(row?.sk) };
    await table.update(key, { set: { part: undefined } });
    expect(await table.get(key)).not.toHaveProperty('part');
    const { attempts } = (await show()).body;
    expect(attempts).toMatchObject([{ state: 'accepted' }]);
    expect(attempts[0]).not.toHaveProperty('part');
  });

  test('knows nothing of another team, of other targets, and of posts that are gone', async () => {
    const { path, publication, show, tools } = await setup();
    expect(await show({ teamId: otherTeamId })).toMatchObject({ status: 404, body: { code: 'publication.not_found' } });
    const get = endpoint(publishingContract.getPublication, getPublication, () => tools);
    const elsewhere = path({ ...publication, connectionId: mastodonTarget().id });
    expect(await send(get, { method: 'GET', path: elsewhere })).toMatchObject({ status: 404 });
  });
});
