import { afterAll, beforeAll } from 'vitest';
import { startBluesky } from '../../local/platforms/bluesky/start-bluesky.ts';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';

export type Platforms = { mastodon: string; bluesky: string };

/** Sandbox platforms of one test file: what others are told to do wrong there does not reach it, nor the other way. */
export function ownPlatforms(): Platforms {
  const urls = { mastodon: '', bluesky: '' };
  let stop = async () => {};
  beforeAll(async () => {
    const [mastodon, bluesky] = await Promise.all([startMastodon(), startBluesky()]);
    Object.assign(urls, { mastodon: mastodon.url, bluesky: bluesky.url });
    stop = async () => {
      await Promise.all([mastodon.stop(), bluesky.stop()]);
    };
  });
  afterAll(() => stop());
  return urls;
}
