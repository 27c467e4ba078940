import { html } from 'hono/html';
import type { TextSegment } from '../sandbox-platform.ts';
import { type TextPart, textParts } from './status-text.ts';
import { findAccountNamed, type MastodonStore } from './store.ts';

/** Where a part of a text leads; a mention of nobody stays text. */
function addressOf(store: MastodonStore, { kind, text, name }: TextPart): string | undefined {
  if (kind === 'url') return name;
  if (kind === 'hashtag') return `${store.url}/tags/${name}`;
  return isMentioned(store, { kind, text, name }) ? `${store.url}/@${name}` : undefined;
}

/** Only accounts of this server can be mentioned: the sandbox knows no other. */
export const isMentioned = (store: MastodonStore, { kind, text, name }: TextPart) =>
  kind === 'mention' && text === `@${name}` && findAccountNamed(store, name) !== undefined;

export function textSegments(store: MastodonStore, text: string): TextSegment[] {
  return textParts(text).map((part) => {
    const href = addressOf(store, part);
    return href === undefined ? { text: part.text } : { text: part.text, href };
  });
}

/** The HTML a real server makes of a text: paragraphs at blank lines, line breaks, and links cut up for display. */
export function statusHtml(store: MastodonStore, text: string): string {
  if (text === '') return '';
  const inline = textParts(text).map((part) => partHtml(part, addressOf(store, part)));
  return `<p>${inline
    .join('')
    .replaceAll(/\n{2,}/g, '</p><p>')
    .replaceAll('\n', '<br />')}</p>`;
}

function partHtml({ kind, text, name }: TextPart, href: string | undefined): string {
  if (href === undefined) return String(html`${text}`);
  if (kind === 'url') return linkHtml(href);
  if (kind === 'hashtag')
    return String(html`<a href="${href}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`);
  const link = html`<a href="${href}" class="u-url mention">@<span>${name}</span></a>`;
  return String(html`<span class="h-card" translate="no">${link}</span>`);
}

const shownCharacters = 30;

/** The protocol and all past thirty characters are there, but hidden. */
function linkHtml(href: string): string {
  const start = /^https?:\/\/(www\.)?/i.exec(href)?.[0] ?? '';
  const shown = href.slice(start.length, start.length + shownCharacters);
  const rest = href.slice(start.length + shownCharacters);
  const pieces = html`<span class="invisible">${start}</span><span class="${rest ? 'ellipsis' : ''}">${shown}</span><span class="invisible">${rest}</span>`;
  return String(html`<a href="${href}" target="_blank" rel="nofollow noopener" translate="no">${pieces}</a>`);
}
