import { withoutMentionHosts } from './counted-text.ts';

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** What a reader sees of a status' HTML, without spaces: line breaks and paragraphs are lost in many ways. */
export const shownText = (html: string) =>
  bare(
    html
      .replace(/<(?:br|\/p)\b[^>]*>/gi, ' ')
      .replace(/<[^>]*>/g, '')
      .replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (_, code: string) => character(code))
      .replace(/&([a-z]+);/gi, (whole, name: string) => entities.get(name) ?? whole),
  );

/** The same of a text as it was sent. */
export const sentText = (text: string) => bare(text);

/** Mastodon shows the mention of an account that it knows without its server, and of one that it does not know with it. */
const bare = (text: string) => withoutMentionHosts(text.normalize('NFC')).replace(/[\s\p{Cf}]/gu, '');

function character(code: string): string {
  const point = /^x/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number(code);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
}
