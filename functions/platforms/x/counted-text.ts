import { findXLinks } from './links.ts';

/** Code points that count one; all others count two. */
const light = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
] as const;
const linkLength = 23;
const emoji = /\p{RGI_Emoji}|[#*0-9]\uFE0F?\u20E3/gv;

/** A text as long in characters as X counts this one: a link 23, an emoji two, a character one or two. */
export function countedText(text: string): string {
  const normal = text.normalize('NFC');
  let end = 0;
  let weight = 0;
  for (const link of findXLinks(normal)) {
    weight += weightOf(normal.slice(end, link.start)) + linkLength;
    end = link.end;
  }
  return 'x'.repeat(weight + weightOf(normal.slice(end)));
}

function weightOf(text: string): number {
  let weight = 0;
  for (const character of text.replace(emoji, '\u{1F600}')) {
    const code = character.codePointAt(0) ?? 0;
    weight += light.some(([first, last]) => code >= first && code <= last) ? 1 : 2;
  }
  return weight;
}
