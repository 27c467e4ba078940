import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLittle, toLittle } from '../../../functions/platforms/linkedin/little-text.ts';
import { shownText } from '../../../local/platforms/linkedin/little-text.ts';

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format */
describe('the little text format', () => {
  test.each([
    ['Hello', 'Hello'],
    ['a\\b|c{d}e@f[g]h(i)j<k>l#1*m_n~o', 'a\\\\b\\|c\\{d\\}e\\@f\\[g\\]h\\(i\\)j\\<k\\>l\\#1\\*m\\_n\\~o'],
    ['#cycling', '{hashtag|\\#|cycling}'],
    ['(#über_rad)', '\\({hashtag|\\#|über\\_rad}\\)'],
    ['#a#b', '{hashtag|\\#|a}\\#b'],
    ['C# is #1', 'C\\# is \\#1'],
    ['https://example.com/a_b#top', 'https://example.com/a\\_b\\#top'],
    ['https://example.com/ #top', 'https://example.com/ {hashtag|\\#|top}'],
    ['@Ada [x](y)', '\\@Ada \\[x\\]\\(y\\)'],
  ])('has %j as %j', (text, little) => {
    expect(toLittle(text)).toBe(little);
    expect(shownText(little)).toBe(text);
  });

  test.each([
    ['Hello @[Acme \\(Corp\\)](urn:li:organization:1234)!', 'Hello Acme (Corp)!'],
    ['{hashtag|#|Technology}', '#Technology'],
    ['#plain', '#plain'],
  ])('reads %j as %j', (little, text) => {
    expect(fromLittle(little)).toBe(text);
    expect(shownText(little)).toBe(text);
  });

  test('shows every text whole, and reads it back', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'\\|{}@[]()<>#*_~ \n', '#tag', 'https://example.com/a_(b)', '{hashtag|\\#|x}'),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        expect(shownText(toLittle(text))).toBe(text);
        expect(fromLittle(toLittle(text))).toBe(text);
      }),
    );
  });

  test('is quick, whatever the text', () => {
    const startedAt = performance.now();
    for (const part of ['#', '#1', '@[', '{hashtag|', '\\', '(', '#a'])
      fromLittle(toLittle(part.repeat(3000 / part.length)) + part.repeat(3000 / part.length));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
