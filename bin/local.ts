import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoUser } from '../local/command/demo-user.ts';
import { type CommandOptions, readOptions, usage } from '../local/command/options.ts';
import { jsonSummary, textSummary } from '../local/command/summary.ts';
import { watchFunctions } from '../local/command/watch-functions.ts';
import { choosePort } from '../local/listen.ts';
import { startBluesky } from '../local/platforms/bluesky/start-bluesky.ts';
import { startMastodon } from '../local/platforms/mastodon/start-mastodon.ts';
import { startLocalStack } from '../local/stack.ts';

/** Runs the backend on this machine until Ctrl-C. */
const options = readOptions(process.argv.slice(2));
if ('mistake' in options) exit(`${options.mistake}\n\n${usage}`, 2);
else if (options.help) exit(usage, 0);
else await run(options);

async function run({ port, dataDir, fast, quiet, json }: CommandOptions) {
  process.env.TZ = 'UTC'; // as on Lambda, for the functions in this process
  const startedAt = performance.now();
  const complain = (text: string) => console.error(text);
  const say = quiet ? () => undefined : json ? complain : (text: string) => console.log(text);
  const running = new AsyncDisposableStack();
  stopOnSignal(running);
  try {
    const onProgress = ({ step, ms }: { step: string; ms: number }) => say(`${String(ms).padStart(6)} ms  ${step}`);
    const stack = await startLocalStack({ port, dataDir, fast, quiet, onProgress, onProblem: complain });
    running.defer(stack.stop);
    const platforms = await startPlatforms(dataDir, running);
    const demo = await demoUser(stack.apiUrl);
    running.defer(watchFunctions({ stack, say }));
    const summary = { stack, platforms, demo, readyMs: performance.now() - startedAt };
    if (json) console.log(jsonSummary(summary));
    say(textSummary(summary));
  } catch (error) {
    await running.disposeAsync();
    exit(error instanceof Error ? error.message : String(error), 1);
  }
}

async function startPlatforms(dataDir: string | undefined, running: AsyncDisposableStack) {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const file = (name: string) => (dataDir === undefined ? {} : { file: join(dataDir, `${name}.json`) });
  const mastodon = await startMastodon({ port: await choosePort(undefined, 4101), ...file('mastodon') });
  running.defer(mastodon.stop);
  const bluesky = await startBluesky({ port: await choosePort(undefined, 4102), ...file('bluesky') });
  running.defer(bluesky.stop);
  return { mastodon: mastodon.url, bluesky: bluesky.url };
}

/** The first signal stops in order; a second one does not wait. */
function stopOnSignal(running: AsyncDisposableStack) {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, async () => {
      if (isStopping) process.exit(130);
      isStopping = true;
      await running.disposeAsync();
      process.exit(0);
    });
}

function exit(text: string, code: number): never {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}
