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

/** How a post is refused on these targets: the code, and what is wrong for which of them. */
function refusal(content: Partial<PostContent>, ...platforms: PlatformId[]) {
  const targets = platforms.map(on);
  const platformOf = (id: string | undefined) => targets.find((target) => target.id === id)?.platform;
  try {
    checkContent({ ...textOnly('Hello'), ...content }, targets);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { errors = [], entry, message: detail } = error;
    const fields = errors.map(({ path, connectionId }) => `${platformOf(connectionId)} ${path}`);
    return { code: entry.code, codes: errors.map(({ code }) => code), fields, detail };
  }
}

describe('a post that a target does not take', () => {
  test('is refused with the field that is wrong, by the target’s name', () => {
    const target = on('bluesky');
    const problem = 'takes 300 graphemes, the text has 301';
    const message = `${target.accountName} on Bluesky ${problem}`;
    const error = { path: 'body.text', code: 'post.text_too_long', message, connectionId: target.id };
    expect(() => checkContent(textOnly('a'.repeat(301)), [on('mastodon'), target])).toThrow(
      expect.objectContaining({ message, errors: [error] }),
    );
  });

  test('names the text that the target gets', () => {
    const long = 'a'.repeat(501);
    expect(
      refusal({ text: long, overrides: { x: { text: 'Hi' }, mastodon: { text: long } } }, 'x', 'mastodon'),
    ).toMatchObject({ fields: ['mastodon body.overrides.mastodon.text'] });
  });

  test('names the files that it does not take, or all of them', () => {
    const gif = { ...picture, type: 'image/gif' } as const;
    expect(refusal({ media: [picture, gif] }, 'mastodon', 'threads')).toMatchObject({
      code: 'post.media_refused',
      fields: ['threads body.media.1'],
    });
    expect(refusal({ media: Array(5).fill(picture) }, 'mastodon')).toMatchObject({ fields: ['mastodon body.media'] });
    expect(refusal({}, 'instagram')).toMatchObject({ fields: ['instagram body.media'] });
    const described = { ...picture, altText: 'a'.repeat(501) };
    expect(refusal({ media: [picture, described] }, 'pinterest')).toMatchObject({
      fields: ['pinterest body.media.1.altText'],
    });
  });

  test('is told all that is wrong, for each target', () => {
    const text = 'a'.repeat(501);
    const refused = refusal({ text, firstComment: text, thread: [part(text)] }, 'mastodon', 'pinterest');
    expect(refused).toMatchObject({
      code: 'post.text_too_long',
      codes: [
        ...['post.text_too_long', 'post.thread_refused', 'post.thread_refused'],
        ...['post.media_refused', 'post.thread_refused', 'post.thread_refused'],
      ],
      fields: [
        ...['mastodon body.text', 'mastodon body.thread.0.text', 'mastodon body.firstComment'],
        ...['pinterest body.media', 'pinterest body.thread', 'pinterest body.firstComment'],
      ],
    });
  });

  test('is told ten problems for each at most', () => {
    const refused = refusal({ thread: Array(24).fill(part('a'.repeat(501))) }, 'mastodon', 'bluesky');
    const count = (platform: string) => refused?.fields.filter((field) => field.startsWith(platform)).length;
    expect([count('mastodon'), count('bluesky')]).toEqual([10, 10]);
  });
});

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
      fields: ['linkedin body.thread', 'facebook body.thread'],
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
      fields: ['x body.thread.1.text'],
      detail: expect.stringContaining('takes 280 characters, the text has 281 (part 2 of the thread)'),
    });
    expect(refusal({ firstComment: 'a'.repeat(1251) }, 'linkedin')).toMatchObject({
      code: 'post.thread_refused',
      fields: ['linkedin body.firstComment'],
      detail: expect.stringContaining('the text has 1251 (the first comment)'),
    });
    expect(refusal({ thread: [part('Second', Array(5).fill(picture))] }, 'x')).toMatchObject({
      code: 'post.thread_refused',
      fields: ['x body.thread.0.media'],
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
