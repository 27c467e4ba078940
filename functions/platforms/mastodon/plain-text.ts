import { withoutMentionHosts } from './counted-text.ts';

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** What a reader sees of a status' HTML, without spaces: line breaks and paragraphs are lost in many ways. */
export const shownText = (html: string) =>
  bare(
    html
      .replace(/<[^>]*>/g, '')
      .replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (_, code: string) => character(code))
      .replace(/&([a-z]+);/gi, (whole, name: string) => entities[name] ?? whole),
  );

/** The same of a text as it was sent: Mastodon shows mentions without their server. */
export const sentText = (text: string) => bare(withoutMentionHosts(text));

const bare = (text: string) => text.normalize('NFC').replace(/[\s\u200b-\u200d\ufeff]/gu, '');

function character(code: string): string {
  const point = code.startsWith('x') || code.startsWith('X') ? Number.parseInt(code.slice(1), 16) : Number(code);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
}
