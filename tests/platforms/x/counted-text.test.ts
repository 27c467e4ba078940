import { describe, expect, test } from 'vitest';
import { textLength, textProblem } from '../../../functions/platforms/text-length.ts';
import { xFacts } from '../../../functions/platforms/x/facts.ts';

const length = (text: string) => textLength('x', text, xFacts.limits.text);

/** Cases that X publishes: https://github.com/twitter/twitter-text/blob/master/conformance/validate.yml */
describe('how long a text is on X, as published', () => {
  test.each([
    ['a link after a word', 'Hi http://test.co', 26],
    ['a link', 'http://test.co', 23],
    ['plain signs', `285 chars-${'xxxxxxxxxx-'.repeat(25)}`, 285],
    ['a link in the middle', `285 chars- http://www.twitter.com/jack ${'xxxxxxxxxx-'.repeat(24)}`, 299],
    ['ten links', 'https://www.twitter.com/aloha '.repeat(10), 240],
    ['160 ideographs', '故人西辞黄鹤楼，烟花三月下扬州。'.repeat(10), 320],
    ['160 emoji', '😷'.repeat(160), 320],
    ['what NFC joins', 'A\u0301B', 2],
    ['what NFC takes apart', 'A\ufb2c', 4],
    ['a mix', 'H🐱☺👨‍👩‍👧‍👦', 7],
    ['emoji', '😷👾😡🔥💩', 10],
    ['skin tones and joined emoji', '🙋🏽👨‍🎤', 4],
    ['140 families', '👨‍👩‍👧‍👦'.repeat(140), 280],
    ['newer emoji', 'Unicode 10.0 emoji: 🤪; 🧕; 🧕🏾; 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 34],
    ['new emoji', 'Unicode 9.0 emoji: 🤠; 💃; 💃🏾', 29],
    ['a keycap', '1\u20e3', 2],
    [
      'punctuation',
      'This is a tweet with general punctuation characters: \u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B ‐ ‑ ‒ – — ― ‖  ‗ ‘ ’ ‚ ‛ “ ” „ ‟ ′ ″ ‴ ‵ ‶ ‷',
      110,
    ],
    ['a name of 64 signs', 'randomurlrandomurlrandomurlrandomurlrandomurlrandomurlrandomurls.com', 68],
    [
      'a host that is too long in Punycode',
      `${'あいうえおかきくけこ'.repeat(12)} http://${'あいうえおかきくけこ'.repeat(5)}あいう.com`,
      358,
    ],
    [
      'a host that is just short enough',
      `${'あいうえおかきくけこ'.repeat(12)} http://${'あいうえおかきくけこ'.repeat(5)}あい.com`,
      264,
    ],
    ['marks of direction', '\u2066\u202Ahttp://foobar.پاکستان/\u202C\u2069', 31],
    ['a name without a protocol', 'test.com', 23],
    ['several links', 'Test https://test.com test https://test.com test.com test', 86],
    ['a name right below a country that everybody uses', 't.co', 23],
    ['a name below a country', 'foo.co.jp', 23],
    ['a path', 'example.com/path/to/resource?search=foo&lang=en', 23],
  ])('counts %s', (_, text, weight) => {
    expect(length(text)).toBe(weight);
  });

  test('does not find links in what is too long for one', () => {
    const host = `${'somesuperlongurl'.repeat(20)}.com/foo`;
    expect(length(`https://${host} https://validurl.com`)).toBe(8 + host.length + 1 + 23);
  });
});

describe('links on X', () => {
  test.each([
    ['See https://example.com/a_(b), or not', 4 + 23 + ', or not'.length + 1],
    ['(https://example.com)', 25],
    ['ada@example.com', 15],
    ['@example.com', 12],
    ['#example.com', 12],
    ['example.de', 10],
    ['example.de/a', 23],
    ['www.example.de', 23],
    ['readme.txt', 10],
    ['e.g. this', 9],
    ['1.5.2', 5],
    ['end.Then', 8],
    ['http://localhost', 16],
    ['-example.com', 12],
  ])('count %j as %i', (text, weight) => {
    expect(length(text)).toBe(weight);
  });

  test('are found quickly, whatever the text', () => {
    const startedAt = performance.now();
    for (const part of ['a', 'a.', '.', 'http://', 'a.co', 'https://a.', '😷', '/', '-a', '('])
      length(part.repeat(5_000 / part.length));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

test('a text that is too long for X is told with its weight', () => {
  expect(textProblem('x', '故'.repeat(141), xFacts.limits.text)).toEqual({ unit: 'characters', length: 282, max: 280 });
  expect(textProblem('x', '故'.repeat(140), xFacts.limits.text)).toBeUndefined();
});
