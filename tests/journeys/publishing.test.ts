import { beforeAll, describe, expect, test, vi } from 'vitest';
import { PostMetrics } from '../../functions/analytics/contract.ts';
import { Post } from '../../functions/posts/contract.ts';
import { api, arrivedAt, fault, postIn, readPost } from '../support/journey.ts';
import { publishers } from '../support/publishers.ts';

/** All of them wait for their time at once. */
const setup = publishers();
const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** All that posts go through is loaded before their times are set: on a busy machine that alone takes seconds. */
beforeAll(async () => {
  const { account, write, text } = await setup();
  const draft = await write(text);
  const body = { text: `${text}, changed` };
  await api.get(Post, `PATCH /posts/${draft.id}`, { ...account, body });
  await api.call(`DELETE /posts/${draft.id}`, account);
  const { id } = await write(text);
  await api.call(`POST /posts/${id}/publish`, account);
  await postIn(account, id, 'published');
}, 120_000);

describe.concurrent('publishing through the running stack', () => {
  test('a draft goes out when told to, once, however often it is told', async () => {
    const { account, server, write, text } = await setup();
    const { id } = await write(text);
    const calls = await Promise.all([1, 2, 3].map(() => api.call(`POST /posts/${id}/publish`, account)));
    expect(calls.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
    await postIn(account, id, 'published');
    expect(await arrivedAt(server, text)).toHaveLength(1);
    expect(await api.call(`POST /posts/${id}/publish`, account)).toMatchObject({
      status: 409,
      body: { code: 'post.final' },
    });
  });

  test('a dropped reply after the post was made ends in one post, shown as published', async () => {
    const { account, server, write, text } = await setup();
    await fault(server, { kind: 'drop_after', operation: 'com.atproto.repo.putRecord' });
    const { id } = await write(text, soon(6));
    await postIn(account, id, 'published');
    const [arrived, ...others] = await arrivedAt(server, text);
    expect(others).toEqual([]);
    expect(arrived?.arrivals).toHaveLength(2);
  });

  test('a failing platform is asked again, and said so meanwhile', async () => {
    const { account, server, write, text } = await setup();
    await fault(server, { kind: 'error', status: 503, operation: 'com.atproto.repo.putRecord' });
    const { id } = await write(text, soon(6));
    const shown = async () => (await readPost(account, id)).targets[0]?.error?.action;
    await vi.waitFor(async () => expect(await shown()).toBeDefined(), { timeout: 30_000, interval: 100 });
    await postIn(account, id, 'published');
    expect(await arrivedAt(server, text)).toHaveLength(1);
  });

  test('a post that was moved or cancelled does not come at its first time', async () => {
    const { account, server, write, text } = await setup();
    const due = soon(20);
    const [moved, cancelled] = await Promise.all([write(`${text} moved`, due), write(`${text} cancelled`, due)]);
    const later = { ...account, body: { publishAt: soon(600) } };
    expect(await api.call(`PATCH /posts/${moved.id}`, later)).toMatchObject({
      status: 200,
      body: { state: 'scheduled' },
    });
    expect(await api.call(`DELETE /posts/${cancelled.id}`, account)).toMatchObject({ status: 204 });
    await new Promise((resolve) => setTimeout(resolve, Date.parse(due) - Date.now() + 3_000));
    expect(await readPost(account, moved.id)).toMatchObject({ state: 'scheduled' });
    expect(await arrivedAt(server, `${text} moved`)).toEqual([]);
    expect(await arrivedAt(server, `${text} cancelled`)).toEqual([]);
  });

  test('a post that was moved nearer comes at its new time', async () => {
    const { account, server, write, text } = await setup();
    const { id } = await write(text, soon(600));
    const publishAt = soon(6);
    await api.get(Post, `PATCH /posts/${id}`, { ...account, body: { publishAt } });
    const { targets } = await postIn(account, id, 'published');
    // Timers may be a moment early.
    expect(Date.parse(targets[0]?.publishedAt ?? '')).toBeGreaterThan(Date.parse(publishAt) - 100);
    expect(await arrivedAt(server, text)).toHaveLength(1);
  });

  test('tokens that have run out are renewed on the way, for the post and for its figures', async () => {
    const { account, server, write, text } = await setup();
    await fault(server, { kind: 'expire_tokens', operation: 'com.atproto.repo.putRecord' });
    await fault(server, { kind: 'expire_tokens', operation: 'app.bsky.feed.getPosts' });
    const { id } = await write(text, soon(6));
    await postIn(account, id, 'published');
    expect(await arrivedAt(server, text)).toHaveLength(1);
    const figures = async () => (await api.get(PostMetrics, `GET /posts/${id}/metrics`, account)).targets;
    const fetched = [{ likes: 0, fetchedAt: expect.any(String) }];
    await vi.waitFor(async () => expect(await figures()).toMatchObject(fetched), { timeout: 30_000, interval: 200 });
  });

  test('an account that was disconnected fails its posts, with what to do', async () => {
    const { account, connection, write, text } = await setup();
    const { id } = await write(text, soon(15));
    const path = `/connections/${connection.id}`;
    expect(await api.call(`DELETE ${path}`, account)).toMatchObject({ body: { code: 'connection.has_scheduled' } });
    expect(await api.call(`DELETE ${path}?scheduled=keep`, account)).toMatchObject({ status: 204 });
    const { targets } = await postIn(account, id, 'failed');
    expect(targets).toMatchObject([{ state: 'failed', error: { code: 'connection_removed', action: 'reconnect' } }]);
  });
});
