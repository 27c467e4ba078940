import { expect, test } from 'vitest';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import { addresses, clientOf, connectByConsent, newAccount, onlyAccount, postIn } from '../support/journey.ts';
import { sandboxControl } from '../support/sandbox.ts';

test('every platform can be connected here', async () => {
  const ada = await newAccount();
  const { data } = await clientOf(ada).GET('/platforms');
  expect(data.items.map(({ id }) => id)).toEqual(Object.keys(catalogue));
  for (const { configured, issue } of data.items)
    expect({ configured, issue }).toEqual({ configured: true, issue: null });
});

test('a post goes out on Threads, and its figures come back', async () => {
  const ada = await newAccount();
  const client = clientOf(ada);
  const username = `ada.${crypto.randomUUID().slice(0, 8)}`;
  const connection = onlyAccount(await connectByConsent(ada, 'threads', username));
  expect(connection).toMatchObject({ platform: 'threads', accountName: `@${username}`, state: 'active' });

  const text = `Good news for ${username}`;
  const publishAt = new Date(Date.now() + 7000).toISOString();
  const { data: post } = await client.POST('/posts', { body: { text, connectionIds: [connection.id], publishAt } });
  const { targets } = await postIn(ada, post.id, 'published');
  expect(targets).toMatchObject([{ state: 'published', url: expect.stringContaining(`/@${username}/post/`) }]);
  const sandbox = sandboxControl(addresses.threads);
  expect((await sandbox.posts()).filter((one) => one.text === text)).toHaveLength(1);

  await sandbox.engage(targets[0]?.platformPostId ?? '', { likes: 4, reposts: 2, replies: 1 });
  const params = { path: { postId: post.id } };
  const read = async () => (await client.GET('/posts/{postId}/metrics', { params })).data.targets;
  await expect.poll(read, { timeout: 60_000 }).toMatchObject([{ likes: 4, reposts: 2, replies: 1 }]);
});

test('one post goes out on Facebook, LinkedIn and X at once', async () => {
  const ada = await newAccount();
  const client = clientOf(ada);
  const platforms = ['facebook', 'linkedin', 'x'] as const;
  const username = `ada_${crypto.randomUUID().slice(0, 8)}`;
  const connectionIds: string[] = [];
  for (const platform of platforms) connectionIds.push(onlyAccount(await connectByConsent(ada, platform, username)).id);

  const text = `News (for ${username}) #everywhere https://example.com/news`;
  const publishAt = new Date(Date.now() + 7000).toISOString();
  const { data: post } = await client.POST('/posts', { body: { text, connectionIds, publishAt } });
  const { targets } = await postIn(ada, post.id, 'published');
  for (const [place, platform] of platforms.entries()) {
    const [found, ...others] = (await sandboxControl(addresses[platform]).posts()).filter((one) => one.text === text);
    expect({ found, others }).toMatchObject({ found: { text }, others: [] });
    expect(targets.find(({ connectionId }) => connectionId === connectionIds[place])).toMatchObject({
      platform,
      state: 'published',
      url: expect.stringContaining(addresses[platform]),
    });
  }
});
