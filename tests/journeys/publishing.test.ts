import { afterEach, describe, expect, test } from 'vitest';
import { PostMetrics } from '../../functions/analytics/contract.ts';
import { Post } from '../../functions/posts/contract.ts';
import { addresses, api, arrivedAt, connectBluesky, fault, newAccount, postIn, readPost } from '../support/journey.ts';

const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

async function setup() {
  const account = await newAccount();
  const connection = await connectBluesky(account);
  const write = async (text: string, publishAt?: string) => {
    const body = { text, connectionIds: [connection.id], ...(publishAt && { publishAt }) };
    return api.get(Post, 'POST /posts', { ...account, body });
  };
  return { account, connection, write, text: `Journey ${crypto.randomUUID()}` };
}

afterEach(async () => {
  await fetch(`${addresses.bluesky}/sandbox/faults`, { method: 'DELETE' });
});

describe('publishing through the running stack', () => {
  test('a draft goes out when told to, once, however often it is told', async () => {
    const { account, write, text } = await setup();
    const { id } = await write(text);
    const calls = await Promise.all([1, 2, 3].map(() => api.call(`POST /posts/${id}/publish`, account)));
    expect(calls.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
    await postIn(account, id, 'published');
    expect(await arrivedAt(addresses.bluesky, text)).toHaveLength(1);
    expect(await api.call(`POST /posts/${id}/publish`, account)).toMatchObject({
      status: 409,
      body: { code: 'post.final' },
    });
  });

  test('a dropped reply after the post was made ends in one post, shown as published', async () => {
    const { account, write, text } = await setup();
    await fault(addresses.bluesky, { kind: 'drop_after', operation: 'com.atproto.repo.putRecord' });
    const { id } = await write(text, soon(6));
    await postIn(account, id, 'published');
    const [arrived, ...others] = await arrivedAt(addresses.bluesky, text);
    expect(others).toEqual([]);
    expect(arrived?.arrivals).toHaveLength(2);
  });

  test('a failing platform is asked again, and said so meanwhile', async () => {
    const { account, write, text } = await setup();
    await fault(addresses.bluesky, { kind: 'error', status: 503, operation: 'com.atproto.repo.putRecord' });
    const { id } = await write(text, soon(6));
    await expect
      .poll(async () => (await readPost(account, id)).targets[0]?.error?.action, { timeout: 20_000 })
      .toBeDefined();
    await postIn(account, id, 'published');
    expect(await arrivedAt(addresses.bluesky, text)).toHaveLength(1);
  });

  test('a post that was moved or cancelled does not come at its first time', async () => {
    const { account, write, text } = await setup();
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
    expect(await arrivedAt(addresses.bluesky, `${text} moved`)).toEqual([]);
    expect(await arrivedAt(addresses.bluesky, `${text} cancelled`)).toEqual([]);
  });

  test('tokens that have run out are renewed on the way, for the post and for its figures', async () => {
    const { account, write, text } = await setup();
    await fault(addresses.bluesky, { kind: 'expire_tokens', operation: 'com.atproto.repo.putRecord' });
    await fault(addresses.bluesky, { kind: 'expire_tokens', operation: 'app.bsky.feed.getPosts' });
    const { id } = await write(text, soon(6));
    await postIn(account, id, 'published');
    expect(await arrivedAt(addresses.bluesky, text)).toHaveLength(1);
    const figures = async () => (await api.get(PostMetrics, `GET /posts/${id}/metrics`, account)).targets;
    await expect.poll(figures, { timeout: 30_000 }).toMatchObject([{ likes: 0, fetchedAt: expect.any(String) }]);
  });

  test('an account that was disconnected fails its posts, with what to do', async () => {
    const { account, connection, write, text } = await setup();
    const { id } = await write(text, soon(12));
    expect(await api.call(`DELETE /connections/${connection.id}`, account)).toMatchObject({ status: 204 });
    const { targets } = await postIn(account, id, 'failed');
    expect(targets).toMatchObject([{ state: 'failed', error: { code: 'connection_removed', action: 'reconnect' } }]);
  });
});
