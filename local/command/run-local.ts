import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBluesky } from '../platforms/bluesky/start-bluesky.ts';
import { startMastodon } from '../platforms/mastodon/start-mastodon.ts';
import type { Sandbox, SandboxOptions } from '../platforms/sandbox-platform.ts';
import { startLocalStack } from '../stack.ts';
import { demoUser } from './demo-user.ts';
import type { CommandOptions } from './options.ts';
import { jsonSummary, textSummary } from './summary.ts';
import { watchFunctions } from './watch-functions.ts';

const usualPort = { mastodon: 4101, bluesky: 4102 };

/** Starts everything, says how to use it, and goes on until `running` is disposed of. */
export async function runLocal(options: CommandOptions, running: AsyncDisposableStack): Promise<void> {
  const { port, dataDir, fast, quiet, json } = options;
  process.env.TZ = 'UTC'; // as on Lambda, for the functions in this process
  const startedAt = performance.now();
  // With --json, standard output is for the one line that scripts read.
  const print = json ? console.error : console.log;
  const say = (text: string) => {
    if (!quiet) print(text);
  };
  const onProgress = ({ step, ms }: { step: string; ms: number }) => say(`${String(ms).padStart(6)} ms  ${step}`);
  const stack = await startLocalStack({ port, dataDir, fast, quiet, onProgress });
  running.defer(stack.stop);
  const platforms = await startPlatforms(dataDir, running);
  const demo = await demoUser(stack.apiUrl);
  running.defer(watchFunctions({ stack, say }));
  const summary = { stack, platforms, demo, readyMs: performance.now() - startedAt };
  if (json) console.log(jsonSummary(summary));
  say(textSummary(summary));
}

async function startPlatforms(dataDir: string | undefined, running: AsyncDisposableStack) {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const start = async (startSandbox: (options: SandboxOptions) => Promise<Sandbox>, name: keyof typeof usualPort) => {
    const kept = dataDir === undefined ? {} : { file: join(dataDir, `${name}.json`) };
    const onUsualPort = startSandbox({ ...kept, port: usualPort[name] });
    const sandbox = await onUsualPort.catch(() => startSandbox(kept)); // taken: then on any free one
    running.defer(sandbox.stop);
    return sandbox.url;
  };
  return { mastodon: await start(startMastodon, 'mastodon'), bluesky: await start(startBluesky, 'bluesky') };
}
