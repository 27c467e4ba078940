import { expect, test } from 'vitest';
import * as z from 'zod';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import { PlatformId } from '../../functions/platforms/contract.ts';
import { samplePaths } from '../../local/platforms/sample-media.ts';
import { addresses, clientOf, connectOn, newAccount, readPost } from '../support/journey.ts';

const picture = { url: `${addresses.mastodon}${samplePaths.picture}`, type: 'image/jpeg' } as const;
const video = { url: `${addresses.mastodon}${samplePaths.video}`, type: 'video/mp4' } as const;
const followUps = (platform: PlatformId) => catalogue[platform].limits.followUps?.kind;
const withThreads = PlatformId.options.filter((platform) => followUps(platform) === 'replies');
const withPictures = (platform: PlatformId) => catalogue[platform].limits.media.images.max > 0;

const Shown = z.object({
  items: z.array(z.object({ id: z.string(), text: z.string(), replyTo: z.string().nullable() })),
});

/** What a platform shows of a text, newest first. */
async function shownOn(platform: PlatformId, text: string) {
  const { items } = Shown.parse(await (await fetch(`${addresses[platform]}/sandbox/posts`)).json());
  return items.filter((item) => item.text.includes(text));
}

test('threads and first comments are there once, below what they follow, on every platform that has them', async () => {
  const ada = await newAccount();
  const client = clientOf(ada);
  const name = `ada${crypto.randomUUID().slice(0, 8)}`;
  const platforms = PlatformId.options.filter((platform) => followUps(platform) !== undefined);
  const ids = new Map<PlatformId, string>();
  for (const platform of platforms) ids.set(platform, (await connectOn(ada, platform, name)).id);
  const connectionsOf = (some: readonly PlatformId[]) => some.flatMap((platform) => ids.get(platform) ?? []);
  const publishAt = new Date(Date.now() + 7000).toISOString();

  const thread = [{ text: `Second of ${name}` }, { text: `Third of ${name}`, media: [picture] }];
  const firstComment = `A word on it from ${name}`;
  const write = async (body: object, some: readonly PlatformId[]) =>
    (
      await client.POST('/posts', {
        body: { text: `News of ${name}`, connectionIds: connectionsOf(some), publishAt, ...body },
      })
    ).data;
  const commented = platforms.filter((platform) => !withThreads.includes(platform));
  const posts = [
    await write({ thread, firstComment }, withThreads),
    await write({ media: [picture], firstComment }, commented.filter(withPictures)),
    await write(
      { media: [video], firstComment, overrides: { youtube: { privacy: 'public' } } },
      commented.filter((one) => !withPictures(one)),
    ),
  ];
  const outcomes = async () => {
    const targets = (await Promise.all(posts.map(({ id }) => readPost(ada, id)))).flatMap((post) => post.targets);
    return platforms.map((platform) => {
      const found = targets.find((one) => one.platform === platform);
      return [platform, found?.state, found?.parts?.published];
    });
  };
  const expected = platforms.map((platform) => [platform, 'published', withThreads.includes(platform) ? 4 : 2]);
  await expect.poll(outcomes, { timeout: 90_000, interval: 500 }).toEqual(expected);

  const accounts = await Promise.all(
    posts.map(({ id: postId }) => client.GET('/posts/{postId}/publications', { params: { path: { postId } } })),
  );
  for (const { platform, parts = [], attempts } of accounts.flatMap(({ data }) => data.items)) {
    const made = attempts.filter(({ state }) => state === 'accepted');
    expect(
      made.map(({ part, answer }) => [part, answer]),
      platform,
    ).toEqual(parts.map(({ platformPostId }, place) => [place, platformPostId]));
  }

  for (const platform of platforms) {
    const [comment, ...comments] = await shownOn(platform, firstComment);
    const [post] = await shownOn(platform, `News of ${name}`);
    expect(comments, platform).toEqual([]);
    if (!withThreads.includes(platform)) expect(comment, platform).toMatchObject({ replyTo: post?.id });
    else {
      const [[second], [third]] = [await shownOn(platform, 'Second of'), await shownOn(platform, 'Third of')];
      expect([second?.replyTo, third?.replyTo, comment?.replyTo], platform).toEqual([post?.id, second?.id, third?.id]);
    }
  }
});

test('a target without threads is refused by name', async () => {
  const ada = await newAccount();
  const username = `ada${crypto.randomUUID().slice(0, 8)}`;
  const { id } = await connectOn(ada, 'linkedin', username);
  const body = { text: 'News', thread: [{ text: 'More' }], connectionIds: [id], publishAt: '2040-01-31T08:30:00Z' };
  await expect(clientOf(ada).POST('/posts', { body })).rejects.toMatchObject({ code: 'post.thread_refused' });
});
