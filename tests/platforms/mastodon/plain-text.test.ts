import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentText, shownText } from '../../../functions/platforms/mastodon/plain-text.ts';

describe('a status as it is shown and as it was sent', () => {
  test.each([
    ['<p>One</p><p>Two<br />three</p>', 'One\n\nTwo\nthree'],
    ['<p>&lt;b&gt; &amp;amp; &quot;q&quot; &#39;a&#39; &apos;b&apos; &#x26;</p>', "<b> &amp; \"q\" 'a' 'b' &"],
    [
      '<p><span class="h-card"><a href="https://a.example/@ada">@<span>ada</span></a></span> hi</p>',
      '@ada@a.example hi',
    ],
    ['<p>@nobody@b.example hi</p>', '@nobody@b.example hi'],
    ['<p>@ada</p><p>@bob.x</p>', '@ada\n\n@bob.x'],
    ['<p><a href="https://a.b/c"><span class="invisible">https://</span><span>a.b/c</span></a></p>', 'https://a.b/c'],
    ['<p>cafe\u0301</p>', 'caf\u00e9'],
    ['<p>&unknown; &#1114112;</p>', '&unknown;'],
  ])('%s is %j', (html, text) => {
    expect(shownText(html)).toBe(sentText(text));
  });

  test('agree for any text, marked up plainly', () => {
    const markedUp = (text: string) =>
      text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\n/g, '<br />');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(shownText(`<p>${markedUp(text)}</p>`)).toBe(sentText(text));
      }),
    );
  });

  test('do not agree for another text', () => {
    expect(shownText('<p>Hello</p>')).not.toBe(sentText('Hello!'));
  });
});
