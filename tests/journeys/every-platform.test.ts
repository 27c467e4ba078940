import { expect, test } from 'vitest';
import * as z from 'zod';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import { PlatformId } from '../../functions/platforms/contract.ts';
import { samplePaths } from '../../local/platforms/sample-media.ts';
import { addresses, clientOf, connectOn, fault, newAccount, readPost } from '../support/journey.ts';

const picture = { url: `${addresses.mastodon}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A pixel' } as const;
const video = { url: `${addresses.mastodon}${samplePaths.video}`, type: 'video/mp4' } as const;
const takes = (platform: PlatformId, kind: 'images' | 'videos') => catalogue[platform].limits.media[kind].max > 0;
const byPicture = PlatformId.options.filter((platform) => takes(platform, 'images'));
const byVideo = PlatformId.options.filter((platform) => !takes(platform, 'images'));

const Shown = z.object({
  items: z.array(z.object({ text: z.string(), media: z.array(z.unknown()).optional(), arrivals: z.array(z.string()) })),
});

async function shownOn(platform: PlatformId, text: string) {
  const { items } = Shown.parse(await (await fetch(`${addresses[platform]}/sandbox/posts`)).json());
  return items.filter((item) => item.text.includes(text));
}

test('text and a file go out on every platform at once, and the one that fails is told apart', async () => {
  const ada = await newAccount();
  const client = clientOf(ada);
  const username = `ada${crypto.randomUUID().slice(0, 8)}`;
  const ids = new Map<PlatformId, string>();
  for (const platform of PlatformId.options) ids.set(platform, (await connectOn(ada, platform, username)).id);
  const text = `Good news of ${username}`;
  await fault(addresses.x, { kind: 'error', status: 403, operation: 'POST /2/tweets', containing: text });

  const onTiktok = { params: { path: { connectionId: ids.get('tiktok') ?? '' } } };
  const { data: allowed } = await client.GET('/connections/{connectionId}/publish-options', onTiktok);
  expect(allowed).toMatchObject({ options: { tiktok: { username } }, problem: null });
  const [privacy] = allowed.options.tiktok?.privacyLevels.filter((level) => level === 'private') ?? [];
  const overrides = { tiktok: { privacy } };
  const publishAt = new Date(Date.now() + 7000).toISOString();
  const write = async (platforms: readonly PlatformId[], media: readonly (typeof picture | typeof video)[]) => {
    const connectionIds = platforms.flatMap((platform) => ids.get(platform) ?? []);
    const body = { text, media: [...media], overrides, connectionIds, publishAt };
    return (await client.POST('/posts', { body })).data;
  };
  const posts = [await write(byPicture, [picture]), await write(byVideo, [video])];
  const expected = PlatformId.options.map((platform) => [platform, platform === 'x' ? 'failed' : 'published']);
  const outcomes = async () => {
    const read = await Promise.all(posts.map(({ id }) => readPost(ada, id)));
    const targets = read.flatMap((post) => post.targets);
    return PlatformId.options.map((platform) => [platform, targets.find((one) => one.platform === platform)?.state]);
  };
  await expect.poll(outcomes, { timeout: 90_000, interval: 500 }).toEqual(expected);
  for (const platform of PlatformId.options)
    expect(await shownOn(platform, text), platform).toMatchObject(
      platform === 'x' ? [] : [{ arrivals: [expect.any(String)] }],
    );
  expect((await readPost(ada, posts[0]?.id ?? '')).targets.find(({ platform }) => platform === 'x')).toMatchObject({
    state: 'failed',
    error: { platformCode: expect.any(String), action: expect.any(String) },
  });
});
