import { describe, expect, test } from 'vitest';
import { mainJob } from '../../local/demo/main-job.ts';
import { addresses } from '../support/journey.ts';

describe('the main job', () => {
  test('from sign-up to figures, published exactly once on each platform', async () => {
    const steps: string[] = [];
    const { post, metrics, onPlatforms } = await mainJob(addresses, (step) => steps.push(step));
    expect(post).toMatchObject({ state: 'published', targets: [{ platform: 'mastodon' }, { platform: 'bluesky' }] });
    expect(onPlatforms).toEqual({ mastodon: 1, bluesky: 1 });
    expect(metrics.targets).toMatchObject([
      { likes: 3, reposts: 2, replies: 1 },
      { likes: 3, reposts: 2, replies: 1 },
    ]);
    expect(steps.length).toBeGreaterThan(5);
  });
});
