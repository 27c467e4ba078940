import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Account } from '../../../functions/platforms/adapter.ts';
import type { Media } from '../../../functions/platforms/contract.ts';
import { pinterestAdapter } from '../../../functions/platforms/pinterest/adapter.ts';
import type { PinterestOptions } from '../../../functions/platforms/pinterest/options.ts';
import { startPinterest } from '../../../local/platforms/pinterest/start-pinterest.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { callsTo, keptAccount, sandboxControl } from '../../support/sandbox.ts';
import { publisherOf } from '../suite/publisher.ts';
import { connectPinterest } from './connect.ts';

const Shown = z.object({
  items: z.array(
    z.object({
      text: z.string(),
      title: z.string().nullable(),
      link: z.string().nullable(),
      board: z.string(),
      sectionId: z.string().nullable(),
      mediaSource: z.record(z.string(), z.unknown()),
    }),
  ),
});

let sandbox: Sandbox;
let account: Account;
let otherBoard = '';
beforeAll(async () => {
  sandbox = await startPinterest({ processingMs: 300 });
  account = keptAccount(await connectPinterest(sandbox.url, 'bob')).account;
  otherBoard = (await connectPinterest(sandbox.url, 'bob', 1)).accountId;
});
afterAll(() => sandbox.stop());
beforeEach(() => sandboxControl(sandbox.url).clear());

const adapter = () => pinterestAdapter(callsTo(sandbox.url));
const picture = (): Media => ({ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A point' });
const video = (): Media => ({ url: `${sandbox.url}${samplePaths.video}`, type: 'video/mp4' });
const shown = async () => Shown.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).json()).items;

/** Tries as the publisher does, with pauses in which videos are processed. */
async function published(media: Media[], pinterest: PinterestOptions = {}) {
  const one = await publisherOf(adapter(), { account, text: 'Good news', media, overrides: { pinterest } });
  let outcome = await one.settle(1);
  for (let tries = 0; tries < 6 && outcome.kind === 'refused' && outcome.refusal.kind === 'retry_later'; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    outcome = await one.settle(1);
  }
  return outcome;
}

describe('Pinterest: a post with files, by the publisher', () => {
  test('is a pin of a picture on the board that is connected', async () => {
    expect(await published([picture()])).toMatchObject({ kind: 'accepted' });
    expect(await shown()).toMatchObject([
      { text: 'Good news', title: null, board: 'Bikes', mediaSource: { source_type: 'image_url' } },
    ]);
  });

  test('is a pin of several pictures', async () => {
    expect(await published([picture(), picture(), picture()])).toMatchObject({ kind: 'accepted' });
    const [pin] = await shown();
    expect(pin?.mediaSource).toMatchObject({ source_type: 'multiple_image_urls', items: [{}, {}, {}] });
  });

  test('is a pin of a video once Pinterest has processed it', async () => {
    const one = await publisherOf(adapter(), { account, text: 'Good news', media: [video()] });
    expect(await one.settle(1)).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    expect(await shown()).toEqual([]);
    expect(await published([video()])).toMatchObject({ kind: 'accepted' });
    expect(await shown()).toMatchObject([{ mediaSource: { source_type: 'video_id', cover_image_key_frame_time: 0 } }]);
  });

  test('goes where it wishes to, with its title and link', async () => {
    const wishes = { title: 'News', link: 'https://example.com/', boardId: otherBoard };
    expect(await published([picture()], wishes)).toMatchObject({ kind: 'accepted' });
    expect(await shown()).toMatchObject([{ title: 'News', link: 'https://example.com/', board: 'Books' }]);
  });

  type Refused = [name: string, media: () => Media[], wishes: PinterestOptions, kind: string, platformCode: string];
  test.each<Refused>([
    ['a board that is not there', () => [picture()], { boardId: '1' }, 'target_gone', '40'],
    ['a section that is not there', () => [picture()], { sectionId: '1' }, 'target_gone', '2031'],
    ['a file that is not there', () => [{ ...picture(), url: `${sandbox.url}/no.jpg` }], {}, 'content_rejected', '1'],
    ['a file of another kind', () => [{ ...video(), type: 'image/jpeg' }], {}, 'content_rejected', '235'],
    ['a video that is none', () => [{ ...picture(), type: 'video/mp4' }], {}, 'content_rejected', 'failed'],
    ['six pictures', () => Array.from({ length: 6 }, picture), {}, 'content_rejected', '1'],
  ])('is refused with %s', async (_, media, wishes, kind, platformCode) => {
    const outcome = await published(media(), wishes);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode } });
    expect(await shown()).toEqual([]);
  });

  test.each(['drop_after', 'malformed', 'error'] as const)(
    'is one pin after %s, by the pins of its board',
    async (kind) => {
      const overrides = { pinterest: { boardId: otherBoard, title: 'News' } };
      const one = await publisherOf(adapter(), { account, text: 'Good news', media: [picture()], overrides });
      await sandboxControl(sandbox.url).fail({ operation: 'POST /v5/pins', kind });
      expect(await one.settle()).toMatchObject({ kind: 'accepted' });
      expect(await shown()).toHaveLength(1);
    },
  );

  test.each(['drop_before', 'error'] as const)('is registered anew after %s of the storage', async (kind) => {
    await sandboxControl(sandbox.url).fail({ operation: 'POST /storage/', kind });
    expect(await published([video()])).toMatchObject({ kind: 'accepted' });
    expect(await shown()).toHaveLength(1);
  });
});
