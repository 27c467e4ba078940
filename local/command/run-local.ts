import { startSandboxes } from '../platforms/sandboxes.ts';
import { startLocalStack } from '../stack.ts';
import { demoUser } from './demo-user.ts';
import type { CommandOptions } from './options.ts';
import { jsonSummary, textSummary } from './summary.ts';
import { watchFunctions } from './watch-functions.ts';

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
  const sandboxes = await startSandboxes({ dataDir, onUsualPorts: true });
  running.defer(sandboxes.stop);
  const stack = await startLocalStack({ port, dataDir, fast, quiet, onProgress, ...sandboxes.forStack });
  running.defer(stack.stop);
  const demo = await demoUser(stack.apiUrl);
  running.defer(watchFunctions({ stack, say }));
  const summary = { stack, platforms: sandboxes.urls, demo, readyMs: performance.now() - startedAt };
  if (json) console.log(jsonSummary(summary));
  say(textSummary(summary));
}
