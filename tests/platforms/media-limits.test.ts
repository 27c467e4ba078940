import { describe, expect, test } from 'vitest';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import type { Media, MediaType } from '../../functions/platforms/contract.ts';
import { mediaProblem } from '../../functions/platforms/media-limits.ts';

const some = (type: MediaType, count = 1, altText?: string): Media[] =>
  Array.from({ length: count }, (_, place) => ({ url: `https://cdn.example.com/${place}`, type, altText }));
const { media: mastodon } = catalogue.mastodon.limits;
const { media: threads } = catalogue.threads.limits;

describe('what files a post may carry', () => {
  test.each([
    ['none', [], undefined],
    ['as many pictures as fit', some('image/png', 4), undefined],
    ['one picture too many', some('image/png', 5), 'takes 4 pictures at most, the post has 5'],
    ['a video', some('video/mp4'), undefined],
    ['two videos', some('video/mp4', 2), 'takes 1 videos at most, the post has 2'],
    [
      'pictures beside a video',
      [...some('video/mp4'), ...some('image/png')],
      'takes pictures or a video, not both in one post',
    ],
    [
      'a long alternative text',
      some('image/png', 1, 'a'.repeat(1501)),
      'takes alternative texts of 1500 characters, one has 1501',
    ],
  ])('%s', (_, media, problem) => {
    expect(mediaProblem(media, mastodon)).toBe(problem);
  });

  test('kinds that a platform does not show are refused with those that it does', () => {
    expect(mediaProblem(some('image/gif'), threads)).toBe('takes no image/gif, but image/jpeg, image/png');
    expect(mediaProblem([...some('video/mp4'), ...some('image/png')], threads)).toBeUndefined();
  });

  test('a platform may want a file, or have none of a kind, or no alternative texts', () => {
    const picky = { ...mastodon, required: true, videos: { ...mastodon.videos, max: 0 }, altTextMax: 0 };
    expect(mediaProblem([], picky)).toBe('takes no post without a picture or a video');
    expect(mediaProblem(some('video/mp4'), picky)).toBe('takes no videos');
    expect(mediaProblem(some('image/png', 1, 'Ada'), picky)).toBeUndefined();
  });
});
