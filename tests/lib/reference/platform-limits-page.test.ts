import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { catalogue } from '../../../functions/platforms/catalogue.ts';
import { platformLimitsPage } from '../../../lib/reference/platform-limits-page.ts';

const platforms = Object.values(catalogue);
const page = platformLimitsPage(platforms);
const rowsOf = (name: string) => page.split('\n').filter((line) => line.startsWith(`| ${name} |`));

test('tells of every platform what it takes and can do', () => {
  for (const { name } of platforms) expect(rowsOf(name), name).toHaveLength(5);
  expect(rowsOf('Mastodon').slice(0, 4)).toEqual([
    '| Mastodon | 500 | graphemes |  | 23 |',
    '| Mastodon |  | 4 of 16 MiB (jpeg, png, gif, webp) | 1 of 99 MiB (mp4, quicktime) |  | 1,500 |',
    '| Mastodon | a thread, a first comment | 24 | 500 graphemes | ✓ |',
    '| Mastodon | `oauth2` | `idempotent` |  | likes, reposts, replies | ✓ |',
  ]);
});

test('the page is current: `npm run openapi` writes it', async () => {
  expect(await readFile(new URL('../../../docs/platform-limits.md', import.meta.url), 'utf8')).toBe(page);
});
