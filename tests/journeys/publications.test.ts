import { describe, test, vi } from 'vitest';
import { Post } from '../../functions/posts/contract.ts';
import { publicationIdOf } from '../../functions/posts/publication-id.ts';
import { Publication, PublishingStatus } from '../../functions/publishing/contract.ts';
import { type Account, api, arrivedAt, fault, postIn } from '../support/journey.ts';
import { publishers } from '../support/publishers.ts';

const setup = publishers();
const putRecord = 'com.atproto.repo.putRecord';
const patient = { timeout: 60_000, interval: 200 };
const later = () => new Date(Date.now() + 3_600_000).toISOString();

/** What can be asked and said of one publication. */
function publicationOf(account: Account, { id: postId, targets: [target] }: Post) {
  const route = `/publications/${publicationIdOf({ postId, connectionId: target?.connectionId ?? '' })}`;
  return {
    read: () => api.get(Publication, `GET ${route}`, account),
    say: (what: 'retry' | 'confirm' | 'cancel', body?: object) =>
      api.call(`POST ${route}/${what}`, { ...account, ...(body && { body }) }),
  };
}

describe.concurrent('publications through the running stack', () => {
  test('one that was refused goes out when somebody has mended it', async ({ expect }) => {
    const { account, server, write, text } = await setup();
    const post = await write(text);
    const { read, say } = publicationOf(account, post);
    await fault(server, { kind: 'error', status: 400, operation: putRecord });
    await api.get(Post, `POST /posts/${post.id}/publish`, account);
    await postIn(account, post.id, 'failed');
    expect(await say('confirm', { published: false })).toMatchObject({ status: 409 });
    expect(await say('retry')).toMatchObject({ status: 202 });
    await postIn(account, post.id, 'published');
    expect((await read()).attempts.map(({ state }) => state)).toEqual(['refused', 'accepted']);
    expect(await arrivedAt(server, text)).toHaveLength(1);
    expect(await say('retry')).toMatchObject({ status: 409, body: { code: 'publication.is_published' } });
  });

  test.for([
    ['published', { url: 'https://bsky.app/profile/ada.test/post/1' }],
    ['failed', { published: false }],
  ] as const)(
    'one whose answers are lost is given up, and %s when somebody has looked',
    async ([state, seen], { expect }) => {
      const { account, server, write, text } = await setup();
      const post = await write(text);
      const { read, say } = publicationOf(account, post);
      await fault(server, { kind: 'drop_before', operation: putRecord, times: 50 });
      await api.get(Post, `POST /posts/${post.id}/publish`, account);
      await vi.waitFor(async () => expect((await read()).attempts).not.toEqual([]), patient);
      // While it is at work on it, the publisher has the word.
      await vi.waitFor(async () => expect(await say('cancel')).toMatchObject({ status: 200 }), patient);
      expect(await read()).toMatchObject({ state: 'unconfirmed', error: { action: 'check' } });
      expect(await say('confirm', seen)).toMatchObject({ status: 200, body: { state } });
      expect(await arrivedAt(server, text)).toEqual([]);
    },
  );

  test('one is given up before its time, and its slot with it', async ({ expect }) => {
    const { account, connection, server, write, text } = await setup();
    const week = { timeZone: 'Europe/Berlin', slots: [{ day: 'mon', time: '09:30' }] };
    await api.call(`PUT /connections/${connection.id}/slots`, { ...account, body: week });
    const inSlot = async (what: string) => {
      const { id } = await write(what);
      const body = { mode: 'next_slot' };
      return api.get(Post, `POST /posts/${id}/schedule`, { ...account, body });
    };
    const given = await inSlot(`${text} given up`);
    const { say } = publicationOf(account, given);
    expect(await say('cancel')).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    const next = await inSlot(`${text} now`);
    expect(next.publishAt).toBe(given.publishAt);
    await api.get(Post, `POST /posts/${next.id}/publish`, account);
    await postIn(account, next.id, 'published');
    expect((await inSlot(`${text} again`)).publishAt).toBe(given.publishAt);
    expect(await arrivedAt(server, `${text} given up`)).toEqual([]);
  });

  test.for(['the team', 'one connection'])('nothing goes out while %s is stopped', async (whom, { expect }) => {
    const { account, connection, server, write, text } = await setup();
    const stop = { ...account, body: whom === 'the team' ? {} : { connectionId: connection.id } };
    expect(await api.call('POST /publishing/pause', stop)).toMatchObject({ status: 200, body: { inFlight: 0 } });
    const { id } = await write(text);
    await write(`${text} later`, later());
    await api.get(Post, `POST /posts/${id}/publish`, account);
    const status = () => api.get(PublishingStatus, 'GET /publishing/status', account);
    await vi.waitFor(async () => expect(await status()).toMatchObject({ due: 1, inFlight: 0 }), patient);
    // As long as several runs of the timer and of the publisher take.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await arrivedAt(server, text)).toEqual([]);
    expect(await api.call('POST /publishing/resume', stop)).toMatchObject({ status: 200 });
    await postIn(account, id, 'published');
    await vi.waitFor(async () => expect(await status()).toMatchObject({ due: 0 }), patient);
  });
});
