const url = String.raw`https?:\/\/(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?#](?:[^\s<>"]*[^\s<>"'.,:;!?)\]])?)?`;
const mention = String.raw`(?<![\w/=@])@(?<user>[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?)(?<domain>@[\p{L}\p{N}.-]*[\p{L}\p{N}])?`;
const hashtag = String.raw`(?<![\p{L}\p{N}_/&])#(?<tag>[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*)`;
const entity = new RegExp(`(?<url>${url})|${mention}|${hashtag}`, 'giu');

export type TextPart = { kind: 'text' | 'url' | 'mention' | 'hashtag'; text: string; name: string };

/** Cuts a text where Mastodon finds links (only with a protocol), mentions and hashtags. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(entity)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index), name: '' });
    const { url: link, user, tag } = match.groups ?? {};
    const kind = link !== undefined ? 'url' : user !== undefined ? 'mention' : 'hashtag';
    parts.push({ kind, text: match[0], name: link ?? user ?? tag ?? '' });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end), name: '' });
  return parts;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The length a server counts: every link the same, of a mention only the local part. */
export function countedLength(text: string, charactersPerUrl: number): number {
  const counted = textParts(text).map(({ kind, text: part, name }) => {
    if (kind === 'url') return 'x'.repeat(charactersPerUrl);
    return kind === 'mention' ? `@${name}` : part;
  });
  return Array.from(graphemes.segment(counted.join(''))).length;
}
