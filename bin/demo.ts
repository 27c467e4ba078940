import { mainJob } from '../local/demo/main-job.ts';
import { startSandboxes } from '../local/platforms/sandboxes.ts';
import { startLocalStack } from '../local/stack.ts';

/** The main job from sign-up to figures, on a stack of its own. Exits 0 when each platform shows the post exactly once. */
const startedAt = performance.now();
const say = (step: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${step}`);

say('starting a stack with sandbox platforms');
await using running = new AsyncDisposableStack();
const sandboxes = running.adopt(await startSandboxes(), (all) => all.stop());
const onProgress = ({ step }: { step: string }) => say(step);
const stack = running.adopt(await startLocalStack({ fast: true, onProgress, ...sandboxes.forStack }), (one) =>
  one.stop(),
);
say(`ready at ${stack.apiUrl}`);

const done = await mainJob({ api: stack.apiUrl, ...sandboxes.urls }, say);
const { mastodon: onMastodon, bluesky: onBluesky } = done.onPlatforms;
const isRight = done.post.state === 'published' && onMastodon === 1 && onBluesky === 1;
say(isRight ? 'done: published exactly once on each platform' : `FAILED: ${JSON.stringify(done.post)}`);
process.exitCode = isRight ? 0 : 1;
