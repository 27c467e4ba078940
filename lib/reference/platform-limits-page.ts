import type { MediaLimits, PlatformFacts } from '../../functions/platforms/contract.ts';
import { code, table } from './markdown.ts';

const opening = `# What each platform takes and can do

Written by \`npm run openapi\` from \`functions/platforms/*/facts.ts\`; \`GET /v1/platforms\` answers the same. How accounts are
connected, what that takes from whoever runs ClientNest, and what is particular about each is in [platforms.md](platforms.md).
A server may set limits of its own: then those of the connection count.`;

/** docs/platform-limits.md: platform × limits and capabilities. */
export function platformLimitsPage(platforms: readonly PlatformFacts[]): string {
  const parts = [
    opening,
    '## Texts',
    table(['platform', 'most', 'counted in', 'bytes', 'a link counts'], platforms.map(textRow)),
    '## Files',
    table(
      ['platform', 'needed', 'pictures', 'videos', 'both in one post', 'alternative text'],
      platforms.map(mediaRow),
    ),
    '## Threads and first comments',
    table(['platform', 'what may follow a post', 'most', 'text', 'files'], platforms.map(followUpRow)),
    '## Capabilities',
    table(
      ['platform', 'accounts by', 'retry class', 'posts', 'figures', 'access ends with the connection'],
      platforms.map(capabilityRow),
    ),
    '## Scopes',
    table(
      ['platform', 'what an account must have granted'],
      platforms.map(({ name, scopes }) => [name, scopes.map(code).join(' ')]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

const number = (value: number) => value.toLocaleString('en');
const yes = (is: boolean) => (is ? '✓' : '');

function textRow({ name, limits: { text } }: PlatformFacts): string[] {
  const optional = (value: number | null) => (value === null ? '' : number(value));
  return [name, number(text.max), text.unit, optional(text.maxBytes), optional(text.urlLength)];
}

function mediaRow({ name, limits: { media } }: PlatformFacts): string[] {
  const altText = media.altTextMax === 0 ? '' : number(media.altTextMax);
  return [name, yes(media.required), kind(media.images), kind(media.videos), yes(media.mixed), altText];
}

function kind({ max, types, maxBytes }: MediaLimits['images']): string {
  if (max === 0) return '';
  const names = types.map((type) => type.split('/')[1]);
  return `${max} of ${size(maxBytes)} (${names.join(', ')})`;
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${units[power]}`;
}

function followUpRow({ name, limits: { followUps } }: PlatformFacts): string[] {
  if (!followUps) return [name, '', '', '', ''];
  const { kind, max, text, media } = followUps;
  const what = { replies: 'a thread, a first comment', comment: 'a first comment' }[kind];
  return [name, what, number(max), `${number(text.max)} ${text.unit}`, yes(media)];
}

function capabilityRow({ name, auth, limits: { posts }, capabilities }: PlatformFacts): string[] {
  const pace = posts ? `${number(posts.max)} in ${number(posts.windowSeconds / 3600)} h` : '';
  const { retryClass, metrics, revoke } = capabilities;
  return [name, code(auth), code(retryClass), pace, metrics.join(', '), yes(revoke)];
}
