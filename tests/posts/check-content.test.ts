import { describe, expect, test } from 'vitest';
import type { TargetConnection } from '../../functions/connections/public.ts';
import type { PlatformId } from '../../functions/platforms/contract.ts';
import { catalogue } from '../../functions/platforms/public.ts';
import { checkContent, checkSize } from '../../functions/posts/check-content.ts';
import { partsFor, textOnly } from '../../functions/posts/content.ts';
import type { PostContent } from '../../functions/posts/content-schemas.ts';
import { Fault } from '../../functions/runtime/fault.ts';
import { mastodonTarget } from '../support/posts.ts';

const on = (platform: PlatformId): TargetConnection =>
  mastodonTarget({ platform, textLimits: catalogue[platform].limits.text });
const picture = { url: 'https://cdn.example.com/news.jpg', type: 'image/jpeg' } as const;
const part = (text: string, media: PostContent['media'] = []) => ({ text, media });

/** How a post is refused on these targets: the code, and which of them are named. */
function refusal(content: Partial<PostContent>, ...platforms: PlatformId[]) {
  const targets = platforms.map(on);
  try {
    checkContent({ ...textOnly('Hello'), ...content }, targets);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: error.entry.code, paths: error.errors?.map(({ path }) => path), detail: error.message };
  }
}

test('a post that is too large to keep is refused, drafts as well', () => {
  const long = { text: '文'.repeat(4900), media: [] };
  const post = { ...textOnly('Hello'), thread: Array(6).fill(long) };
  expect(() => checkSize(post)).not.toThrow();
  expect(() => checkSize({ ...post, thread: [...post.thread, long] })).toThrow('100000 are taken');
});

describe('what follows a post', () => {
  test('is taken where the platform has it', () => {
    const thread = [part('Second'), part('Third', [picture])];
    expect(refusal({ thread, firstComment: 'See more' }, 'mastodon', 'bluesky', 'threads', 'x')).toBeUndefined();
    expect(refusal({ firstComment: 'See more' }, 'facebook', 'linkedin', 'x')).toBeUndefined();
  });

  test('is refused where it is not, by the targets’ names', () => {
    expect(refusal({ thread: [part('Second')] }, 'x', 'linkedin', 'facebook')).toMatchObject({
      code: 'post.thread_refused',
      paths: ['body.connectionIds.1', 'body.connectionIds.2'],
      detail: expect.stringContaining('has no threads'),
    });
    expect(refusal({ media: [picture], firstComment: 'See more' }, 'pinterest')).toMatchObject({
      code: 'post.thread_refused',
      detail: expect.stringContaining('has no comments'),
    });
  });

  test('has the limits of the platform, part by part', () => {
    const long = 'a'.repeat(281);
    expect(refusal({ thread: [part('Second'), part(long)] }, 'x', 'threads')).toMatchObject({
      code: 'post.thread_refused',
      paths: ['body.connectionIds.0'],
      detail: expect.stringContaining('takes 280 characters, the text of part 2 of the thread has 281'),
    });
    expect(refusal({ firstComment: 'a'.repeat(1251) }, 'linkedin')).toMatchObject({
      code: 'post.thread_refused',
      detail: expect.stringContaining('the text of the first comment has 1251'),
    });
    expect(refusal({ thread: [part('Second', Array(5).fill(picture))] }, 'x')).toMatchObject({
      code: 'post.thread_refused',
      detail: expect.stringContaining('part 1 of the thread'),
    });
  });

  test('may have no picture where the post itself needs one', () => {
    expect(refusal({ media: [picture], firstComment: 'See more' }, 'instagram')).toBeUndefined();
  });

  test('goes out in order, the first comment last, with the wishes of the post and without its text', () => {
    const content: PostContent = {
      ...textOnly('Hello'),
      overrides: { x: { text: 'Hello X', replySettings: 'following' } },
      thread: [part('Second', [picture])],
      firstComment: 'See more',
    };
    const overrides = { x: content.overrides.x };
    expect(partsFor('x', content)).toEqual([
      { text: 'Hello X', media: [], overrides },
      { text: 'Second', media: [picture], overrides },
      { text: 'See more', media: [], overrides },
    ]);
    expect(partsFor('mastodon', content)[0]).toEqual({ text: 'Hello', media: [], overrides: {} });
  });
});
