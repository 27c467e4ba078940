import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import { textLength, textProblem } from '../../functions/platforms/text-length.ts';

const mastodon = catalogue.mastodon.limits.text;
const bluesky = catalogue.bluesky.limits.text;
const family = '👩‍👩‍👧‍👦';

describe('how long a text is on Mastodon', () => {
  test.each([
    ['plain', 5],
    [family, 1],
    ['e\u0301', 1],
    ['https://example.com/a/very/long/path?with=a&long=query#and-more', 23],
    ['http://a.b', 23],
    ['See https://example.com/a.', 4 + 23 + 1],
    ['(https://example.com/a_(b))', 1 + 23 + 1],
    ['https://a.example https://b.example', 23 + 1 + 23],
    ['@ada', 4],
    ['@ada@mastodon.example', 4],
    ['Hi @ada@mastodon.example, hi', 'Hi @ada, hi'.length],
    ['mail ada@mastodon.example', 'mail ada@mastodon.example'.length],
    ['https://', 8],
    ['nohttps://example.com', 21],
  ])('counts %j as %i', (text, length) => {
    expect(textLength('mastodon', text, mastodon)).toBe(length);
  });

  test('counts by the limits of the server', () => {
    const text = 'https://example.com/123456';
    expect(textLength('mastodon', text, { ...mastodon, urlLength: 10 })).toBe(10);
    expect(textLength('mastodon', text, { ...mastodon, urlLength: null })).toBe(text.length);
    expect(textLength('mastodon', family, { ...mastodon, unit: 'characters' })).toBe([...family].length);
  });

  test('finishes quickly, whatever the text', () => {
    const startedAt = performance.now();
    const nasty = ['@a', 'a@', 'http://', '(', ')', 'https://a.b(', '@a.', '.'];
    for (const part of nasty) textLength('mastodon', part.repeat(5_000 / part.length), mastodon);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('how long a text is on Threads', () => {
  test.each([
    ['plain', 5],
    ['é', 1],
    ['日本', 2],
    ['😀', 4],
    ['❤️', 6],
    [family, Buffer.byteLength(family)],
    ['1 # *', 5],
    ['https://example.com', 19],
  ])('counts %j as %i', (text, length) => {
    expect(textLength('threads', text, catalogue.threads.limits.text)).toBe(length);
  });
});

describe('how long a text is on Bluesky', () => {
  test.each([
    [family, 1],
    ['https://example.com', 19],
    ['@ada.bsky.social', 16],
  ])('counts %j as %i', (text, length) => {
    expect(textLength('bluesky', text, bluesky)).toBe(length);
  });
});

describe('a text that is too long', () => {
  test('is told with unit, length and bound', () => {
    expect(textProblem('mastodon', 'a'.repeat(501), mastodon)).toEqual({ unit: 'graphemes', length: 501, max: 500 });
    expect(textProblem('bluesky', 'a'.repeat(301), bluesky)).toEqual({ unit: 'graphemes', length: 301, max: 300 });
  });

  test('may be so in bytes alone', () => {
    const text = family.repeat(121);
    expect(textProblem('bluesky', text, bluesky)).toEqual({ unit: 'bytes', length: 121 * 25, max: 3000 });
    expect(textProblem('bluesky', family.repeat(120), bluesky)).toBeUndefined();
  });

  test('is one grapheme over, whatever the graphemes are', () => {
    const unicode = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(unicode, (text) => {
        const max = textLength('bluesky', text, bluesky);
        const limits = { ...bluesky, maxBytes: null };
        expect(textProblem('bluesky', text, { ...limits, max })).toBeUndefined();
        if (max > 1) expect(textProblem('bluesky', text, { ...limits, max: max - 1 })).toMatchObject({ length: max });
      }),
    );
  });
});
