import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { facetsOf, findFacets } from '../../../functions/platforms/bluesky/facets.ts';

const everyone = { get: (handle: string) => `did:plc:${handle}`, has: () => true };
const dids = new Map<string, string>();
dids.get = everyone.get;

const sliceBytes = (text: string, start: number, end: number) => Buffer.from(text).subarray(start, end).toString();

function shown(text: string) {
  return facetsOf(text, findFacets(text), dids).map(({ index, features: [feature] }) => {
    const marked = sliceBytes(text, index.byteStart, index.byteEnd);
    if ('uri' in feature) return `link ${marked}`;
    return 'tag' in feature ? `tag ${marked} ${feature.tag}` : `mention ${marked}`;
  });
}

describe('facets of a text', () => {
  test.each([
    ['Plain text, nothing else.', []],
    ['Grüße 👋 an @ada.bsky.social!', ['mention @ada.bsky.social']],
    ['(@Ada.bsky.social) @bob', ['mention @Ada.bsky.social']],
    ['mail ada@bsky.social', []],
    ['@ada.bsky.social@elsewhere', ['mention @ada.bsky.social']],
    ['@-ada.test @ada-.test @ada.1', []],
    [
      '#tag #größe #日本語 #a_b #2030 #2nd',
      ['tag #tag tag', 'tag #größe größe', 'tag #日本語 日本語', 'tag #a_b a_b', 'tag #2nd 2nd'],
    ],
    ['#yes! #no, (#maybe). ＃wide', ['tag #yes yes', 'tag #no no', 'tag #maybe maybe', 'tag ＃wide wide']],
    ['# #! #👋', ['tag #👋 👋']],
    [`#${'a'.repeat(65)} #${'b'.repeat(64)}`, [`tag #${'b'.repeat(64)} ${'b'.repeat(64)}`]],
    ['a#b c#', []],
    ['https://example.com/#anchor', ['link https://example.com/#anchor']],
    [
      'https://example.com/@ada.test and https://example.org.',
      ['link https://example.com/@ada.test', 'link https://example.org'],
    ],
  ])('%j are %j', (text, facets) => {
    expect(shown(text)).toEqual(facets);
  });

  test('leave out mentions of nobody', () => {
    const text = '@ada.test @bob.test';
    const found = facetsOf(text, findFacets(text), new Map([['bob.test', 'did:plc:bob']]));
    expect(found).toEqual([
      {
        index: { byteStart: 10, byteEnd: 19 },
        features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:bob' }],
      },
    ]);
  });

  test('mark by bytes what they name, in order and apart, in any text', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.webUrl(),
      fc.constantFrom('@ada.test', '#tag', '#größe', 'https://例え.jp/パス', '👩‍👩‍👧', '(', ').', '\n'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 15 }), fc.constantFrom('', ' '), (words, separator) => {
        const text = words.join(separator);
        const found = findFacets(text);
        const facets = facetsOf(text, found, dids);
        expect(facets).toHaveLength(found.length);
        for (const [place, { index }] of facets.entries()) {
          const marked = sliceBytes(text, index.byteStart, index.byteEnd);
          expect(marked).toBe(text.slice(found[place]?.start, found[place]?.end));
          expect(index.byteStart).toBeGreaterThanOrEqual(facets[place - 1]?.index.byteEnd ?? 0);
        }
      }),
    );
  });

  test('are found quickly, whatever the text', () => {
    const startedAt = performance.now();
    for (const part of ['@a.', '#a', '@a-', 'a.', '#!', '(#', '@', '1#', 'http://a('])
      findFacets(part.repeat(5_000 / part.length));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
