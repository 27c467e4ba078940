import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { type FacebookOptions, startFacebook } from '../../../local/platforms/facebook/start-facebook.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { callsTo, connectFacebook, keptAccount } from '../../support/sandbox.ts';
import { publisherOf } from '../suite/publisher.ts';

const Posts = z.object({ items: z.array(z.looseObject({})) });
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A publisher before a sandbox whose clock is put forward by every wait. */
async function setup(format: 'reel' | 'video', options: FacebookOptions) {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const pass = async (ms: number) => {
    ahead += ms;
  };
  const sandbox = await startFacebook({ ...options, now });
  stops.push(sandbox.stop);
  const { account } = keptAccount(await connectFacebook(sandbox.url));
  const media = [{ url: `${sandbox.url}${samplePaths.video}`, type: 'video/mp4' as const }];
  const adapter = facebookAdapter({ ...callsTo(sandbox.url), now }, pass);
  const publisher = await publisherOf(adapter, { account, text: 'Slow', media, overrides: { facebook: { format } } });
  return {
    ...publisher,
    pass,
    posts: async () => Posts.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).json()).items,
  };
}

const ways = [
  ['a reel', 'reel', {}],
  ['a video in one call', 'video', { unpublishedVideos: false }],
] as const;

describe.each(ways)('Facebook: %s that is processed after the call', (_, format, more) => {
  const accepted = {
    kind: 'accepted',
    platformPostId: expect.stringMatching(/_/),
    url: expect.stringContaining('/reel/'),
  };
  const problem = { processingProblem: 'The video is too loud.' };
  const refused = {
    kind: 'refused',
    refusal: { kind: 'content_rejected', message: expect.stringContaining('The video is too loud.') },
  };

  test('for a moment', async () => {
    const { settle, posts } = await setup(format, { ...more, processingMs: 5_000 });
    expect(await settle(1)).toMatchObject(accepted);
    expect(await posts()).toHaveLength(1);
  });

  test('for long, is out when it is', async () => {
    const { settle, posts, pass } = await setup(format, { ...more, processingMs: 60_000 });
    expect(await settle(1)).toMatchObject({ kind: 'unknown' });
    expect(await settle(1)).toMatchObject({ kind: 'unknown' });
    expect(await posts()).toEqual([]);
    await pass(60_000);
    expect(await settle(1)).toMatchObject(accepted);
    expect(await posts()).toMatchObject([{ text: 'Slow', arrivals: [expect.any(String)] }]);
  });

  test('and fails at once', async () => {
    const { settle, posts } = await setup(format, { ...more, ...problem });
    expect(await settle(1)).toMatchObject(refused);
    expect(await posts()).toEqual([]);
  });

  test('for long, and fails then', async () => {
    const { settle, posts, pass } = await setup(format, { ...more, ...problem, processingMs: 60_000 });
    expect(await settle(1)).toMatchObject({ kind: 'unknown' });
    await pass(60_000);
    expect(await settle(1)).toMatchObject(refused);
    expect(await posts()).toEqual([]);
  });
});

test('Facebook: a video that fails before it is published is refused', async () => {
  const { settle, posts } = await setup('video', { processingProblem: 'The video is too loud.' });
  expect(await settle(1)).toMatchObject({
    kind: 'refused',
    refusal: { kind: 'content_rejected', platformCode: 'error' },
  });
  expect(await posts()).toEqual([]);
});

test('Facebook: a reel whose publisher died is processed all the same, and once', async () => {
  const { settle, crashIn, posts, pass } = await setup('reel', { processingMs: 60_000 });
  await crashIn('publish', 'after');
  expect(await settle(1)).toMatchObject({ kind: 'unknown' });
  await pass(60_000);
  expect(await settle(1)).toMatchObject({ kind: 'accepted' });
  expect(await posts()).toMatchObject([{ arrivals: [expect.any(String)] }]);
});
