import { mainJob } from '../local/demo/main-job.ts';
import { startBluesky } from '../local/platforms/bluesky/start-bluesky.ts';
import { startMastodon } from '../local/platforms/mastodon/start-mastodon.ts';
import { startLocalStack } from '../local/stack.ts';

/** The main job from sign-up to figures, on a stack of its own. Exits 0 when each platform shows the post exactly once. */
const startedAt = performance.now();
const say = (step: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${step}`);

say('starting a stack with two sandbox platforms');
await using running = new AsyncDisposableStack();
const mastodon = running.adopt(await startMastodon(), (sandbox) => sandbox.stop());
const bluesky = running.adopt(await startBluesky(), (sandbox) => sandbox.stop());
const stack = running.adopt(await startLocalStack({ fast: true, onProgress: ({ step }) => say(step) }), (one) =>
  one.stop(),
);
say(`ready at ${stack.apiUrl}`);

const done = await mainJob({ api: stack.apiUrl, mastodon: mastodon.url, bluesky: bluesky.url }, say);
const { mastodon: onMastodon, bluesky: onBluesky } = done.onPlatforms;
const isRight = done.post.state === 'published' && onMastodon === 1 && onBluesky === 1;
say(isRight ? 'done: published exactly once on each platform' : `FAILED: ${JSON.stringify(done.post)}`);
process.exitCode = isRight ? 0 : 1;
