import { findLinks } from '../links.ts';

/** What has a meaning in LinkedIn's "little" text format; left as it is, it may cut the text without a word. */
const reserved = /[\\|{}@[\]()<>#*_~]/g;

/** Not inside a word, and with a letter: `#1` is no hashtag. */
const hashtag = /(?<![\p{L}\p{M}\p{N}_#])#([\p{L}\p{M}\p{N}_]*\p{L}[\p{L}\p{M}\p{N}_]*)/gu;

const elements = /\{hashtag\|\\?([#＃])\|((?:\\.|[^\\}])*)\}|@\[((?:\\.|[^\\\]])*)\]\([^)]*\)|\\(.)/gsu;

/** A text in the little format: all of it is text, but for its hashtags. */
export function toLittle(text: string): string {
  let end = 0;
  const parts = findLinks(text).map((link) => {
    const before = text.slice(end, link.start);
    end = link.end;
    return withHashtags(before) + escaped(link.url);
  });
  return parts.join('') + withHashtags(text.slice(end));
}

/** What readers see of a text in the little format. */
export const fromLittle = (little: string): string =>
  little.replace(elements, (_, sign?: string, word?: string, name?: string, sign2?: string) =>
    sign === undefined ? (sign2 ?? unescaped(name ?? '')) : sign + unescaped(word ?? ''),
  );

function withHashtags(text: string): string {
  let end = 0;
  const parts = [...text.matchAll(hashtag)].map(({ 0: whole, 1: word = '', index }) => {
    const before = text.slice(end, index);
    end = index + whole.length;
    return `${escaped(before)}{hashtag|\\#|${escaped(word)}}`;
  });
  return parts.join('') + escaped(text.slice(end));
}

const escaped = (text: string) => text.replace(reserved, '\\$&');
const unescaped = (little: string) => little.replace(/\\(.)/gsu, '$1');
