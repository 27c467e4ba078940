import type { TextLimits } from '../contract.ts';
import { findLinks } from '../links.ts';

const remoteMention = /(?<![=/\p{L}\p{N}_])@([a-z0-9_][a-z0-9_.-]*)@[\p{L}\p{N}.-]*[\p{L}\p{N}]/giu;

/** The text without the servers of the mentions, as Mastodon counts and shows it. */
export const withoutMentionHosts = (text: string) => text.replace(remoteMention, '@$1');

/** The text as Mastodon counts it: each link has one fixed length, and of a mention the server is free. */
export function countedText(text: string, { urlLength }: Pick<TextLimits, 'urlLength'>): string {
  if (urlLength === null) return withoutMentionHosts(text);
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of findLinks(text)) {
    parts.push(withoutMentionHosts(text.slice(from, start)), 'x'.repeat(urlLength));
    from = end;
  }
  return [...parts, withoutMentionHosts(text.slice(from))].join('');
}
