import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Account } from '../../../functions/platforms/adapter.ts';
import type { Media } from '../../../functions/platforms/contract.ts';
import { instagramAdapter } from '../../../functions/platforms/instagram/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startInstagram } from '../../../local/platforms/instagram/start-instagram.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { callsTo, keptAccount, sandboxControl } from '../../support/sandbox.ts';
import { publisherOf } from '../suite/publisher.ts';
import { connectInstagram } from './connect.ts';

const { version } = publicApis.instagram;
const Shown = z.object({
  items: z.array(
    z.object({
      text: z.string(),
      mediaType: z.string(),
      media: z.array(z.object({ url: z.string(), description: z.string() })),
      wishes: z.record(z.string(), z.string()),
    }),
  ),
});

let sandbox: Sandbox;
let account: Account;
beforeAll(async () => {
  sandbox = await startInstagram({ processingMs: 300 });
  account = keptAccount(await connectInstagram(sandbox.url, 'instagram')).account;
});
afterAll(() => sandbox.stop());
beforeEach(() => sandboxControl(sandbox.url).clear());

const adapter = () => instagramAdapter(callsTo(sandbox.url));
const picture = (altText?: string): Media => ({
  url: `${sandbox.url}${samplePaths.picture}`,
  type: 'image/jpeg',
  ...(altText !== undefined && { altText }),
});
const video = (): Media => ({ url: `${sandbox.url}${samplePaths.video}`, type: 'video/mp4' });
const shown = async () => Shown.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).json()).items;

/** Tries as the publisher does, with pauses in which videos are processed. */
async function published(media: Media[], text = 'Good news') {
  const one = await publisherOf(adapter(), { account, text, media });
  let outcome = await one.settle(1);
  for (let tries = 0; tries < 6 && outcome.kind === 'refused' && outcome.refusal.kind === 'retry_later'; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    outcome = await one.settle(1);
  }
  return outcome;
}

describe('Instagram: a post with files, by the publisher', () => {
  test('is a carousel of pictures in their order', async () => {
    expect(await published([picture('first'), picture('second'), picture()])).toMatchObject({ kind: 'accepted' });
    expect(await shown()).toMatchObject([
      {
        text: 'Good news',
        mediaType: 'CAROUSEL',
        media: [{ description: 'first' }, { description: 'second' }, { description: '' }],
      },
    ]);
  });

  test('is a reel once its video is processed', async () => {
    const one = await publisherOf(adapter(), { account, text: 'Good news', media: [video()] });
    expect(await one.settle(1)).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    expect(await shown()).toEqual([]);
    const outcome = await published([video()], 'Better news');
    expect(outcome).toMatchObject({ kind: 'accepted', url: expect.stringMatching(/\/reel\/\w+\/$/) });
    expect(await shown()).toMatchObject([{ text: 'Better news', mediaType: 'REELS', media: [{ url: video().url }] }]);
  });

  test('is one carousel of pictures and videos, whose parts are ready before it is made', async () => {
    expect(await published([picture(), video(), picture()])).toMatchObject({ kind: 'accepted' });
    expect((await shown()).map(({ mediaType, media }) => [mediaType, media.length])).toEqual([['CAROUSEL', 3]]);
  });

  test.each(['drop_after', 'malformed', 'error'] as const)(
    'is one carousel after %s of its own container',
    async (kind) => {
      const one = await publisherOf(adapter(), { account, text: 'Good news', media: [picture(), picture()] });
      await sandboxControl(sandbox.url).fail({ operation: `POST /${version}/:user/media_publish`, kind });
      await sandboxControl(sandbox.url).fail({ operation: `GET /${version}/:id`, kind });
      expect(await one.settle()).toMatchObject({ kind: 'accepted' });
      expect(await shown()).toHaveLength(1);
    },
  );

  test('is refused when the platform cannot fetch a file, as something that may pass', async () => {
    const gone: Media = { url: `${sandbox.url}/nothing.jpg`, type: 'image/jpeg' };
    expect(await adapter().prepare(account, { text: 'a', handle: 'h', media: [gone] })).toMatchObject({
      refusal: { kind: 'retry_later', platformCode: '9004/2207052' },
    });
  });

  test('is refused with a file of another kind', async () => {
    const other: Media = { ...video(), type: 'image/jpeg' };
    expect(await adapter().prepare(account, { text: 'a', handle: 'h', media: [other] })).toMatchObject({
      refusal: { kind: 'content_rejected', platformCode: '36001/2207005' },
    });
    const outcome = await published([{ ...picture(), type: 'video/mp4' }]);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { platformCode: '2207026' } });
  });

  test('is refused with more files than a carousel holds', async () => {
    const outcome = await published(Array.from({ length: 11 }, () => picture()));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { platformCode: '100/2207028' } });
  });
});
