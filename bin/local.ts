import { restartLean } from '../local/command/lean-process.ts';
import { type CommandOptions, readOptions, usage } from '../local/command/options.ts';

/** Runs the backend on this machine until Ctrl-C. */
const options = readOptions(process.argv.slice(2));
if ('mistake' in options) exit(`${options.mistake}\n\n${usage}`, 2);
if (options.help) exit(usage, 0);
restartLean();
await run(options);

async function run(options: CommandOptions) {
  const { runLocal } = await import('../local/command/run-local.ts');
  const running = new AsyncDisposableStack();
  stopOnSignal(running);
  try {
    await runLocal(options, running);
  } catch (error) {
    await running.disposeAsync();
    exit(error instanceof Error ? error.message : String(error), 1);
  }
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
