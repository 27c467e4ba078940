import { describe, expect, test } from 'vitest';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import type { Media, MediaType } from '../../functions/platforms/contract.ts';
import { mediaProblems } from '../../functions/platforms/media-limits.ts';

const some = (type: MediaType, count = 1, altText?: string): Media[] =>
  Array.from({ length: count }, (_, place) => ({ url: `https://cdn.example.com/${place}`, type, altText }));
const { media: mastodon } = catalogue.mastodon.limits;
const { media: threads } = catalogue.threads.limits;

const all = (problem: string) => [{ problem, at: [] }];

describe('what files a post may carry', () => {
  test.each([
    ['none', [], []],
    ['as many pictures as fit', some('image/png', 4), []],
    ['one picture too many', some('image/png', 5), all('takes 4 pictures at most, the post has 5')],
    ['a video', some('video/mp4'), []],
    ['two videos', some('video/mp4', 2), all('takes 1 videos at most, the post has 2')],
    [
      'pictures beside a video',
      [...some('video/mp4'), ...some('image/png')],
      all('takes pictures or a video, not both in one post'),
    ],
    [
      'a long alternative text',
      [...some('image/png'), ...some('image/png', 1, 'a'.repeat(1501))],
      [{ problem: 'takes alternative texts of 1500 characters, this one has 1501', at: [1, 'altText'] }],
    ],
  ])('%s', (_, media, problems) => {
    expect(mediaProblems(media, mastodon)).toEqual(problems);
  });

  test('kinds that a platform does not show are refused with those that it does, file by file', () => {
    const problem = 'takes no image/gif, but image/jpeg, image/png';
    const files = [...some('image/gif'), ...some('image/png'), ...some('image/gif')];
    expect(mediaProblems(files, threads)).toEqual([
      { problem, at: [0] },
      { problem, at: [2] },
    ]);
    expect(mediaProblems([...some('video/mp4'), ...some('image/png')], threads)).toEqual([]);
  });

  test('a platform may want a file, or have none of a kind, or no alternative texts', () => {
    const picky = { ...mastodon, required: true, videos: { ...mastodon.videos, max: 0 }, altTextMax: 0 };
    expect(mediaProblems([], picky)).toEqual(all('takes no post without a picture or a video'));
    expect(mediaProblems(some('video/mp4'), picky)).toEqual([{ problem: 'takes no videos', at: [0] }]);
    expect(mediaProblems(some('image/png', 1, 'Ada'), picky)).toEqual([]);
  });

  test('all that is wrong is told', () => {
    const files = [...some('image/gif', 20), ...some('image/png', 1, 'a'.repeat(1001))];
    const places = mediaProblems(files, { ...threads, mixed: false, altTextMax: 1000 }).map(({ at }) => at.join('.'));
    expect(places).toEqual(['', ...Array.from({ length: 20 }, (_, place) => `${place}`), '20.altText']);
  });
});
