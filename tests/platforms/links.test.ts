import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLinks } from '../../functions/platforms/links.ts';

const urls = (text: string) => findLinks(text).map(({ url }) => url);

describe('links in a text', () => {
  test.each([
    ['https://example.com', ['https://example.com']],
    ['HTTP://EXAMPLE.com/A', ['HTTP://EXAMPLE.com/A']],
    [
      'See https://example.com/a?b=c#d, then https://example.org!',
      ['https://example.com/a?b=c#d', 'https://example.org'],
    ],
    ['(https://example.com)', ['https://example.com']],
    ['(see https://example.com/a_(b)).', ['https://example.com/a_(b)']],
    ['"https://example.com/"', ['https://example.com/']],
    ['https://example.com/…', ['https://example.com/…']],
    ['<https://example.com>', ['https://example.com']],
    ['「https://example.com」', ['https://example.com']],
    ['https://例え.jp/パス', ['https://例え.jp/パス']],
    ['https://', []],
    ['https://...', []],
    ['xhttps://example.com', []],
    ['@https://example.com', []],
    ['example.com', []],
    ['ftp://example.com', []],
  ])('%j has %j', (text, found) => {
    expect(urls(text)).toEqual(found);
  });

  test('lie where they are said to be, in order and apart', () => {
    const word = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('(', ')', '.', ',', '\n', ' '),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.constantFrom('', ' '), (words, separator) => {
        const text = words.join(separator);
        let end = 0;
        for (const link of findLinks(text)) {
          expect(text.slice(link.start, link.end)).toBe(link.url);
          expect(link.start).toBeGreaterThanOrEqual(end);
          expect(URL.canParse(link.url)).toBe(true);
          end = link.end;
        }
      }),
    );
  });
});
