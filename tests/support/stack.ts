import type { TestProject } from 'vitest/node';
import { startBluesky } from '../../local/platforms/bluesky/start-bluesky.ts';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import { startLocalStack } from '../../local/stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: { api: string; mastodon: string; bluesky: string };
  }
}

/** Starts the whole backend from its template, with both sandbox platforms, once for all journeys. */
export async function setup(project: TestProject) {
  const [stack, mastodon, bluesky] = await Promise.all([
    startLocalStack({ fast: true, quiet: true }),
    startMastodon(),
    startBluesky(),
  ]);
  project.provide('stack', { api: stack.apiUrl, mastodon: mastodon.url, bluesky: bluesky.url });
  return () => Promise.all([stack.stop(), mastodon.stop(), bluesky.stop()]);
}
