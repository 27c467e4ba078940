import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { FunctionDefinition } from './definitions.ts';
import type { FunctionLog } from './function-log.ts';
import { InvocationFailed, type InvocationMessage, type InvocationReply, type ThreadData } from './invocation.ts';

type Running = { resolve: (result: string) => void; reject: (error: InvocationFailed) => void; timer: NodeJS.Timeout };

/** One function in a worker thread of its own, running its bundle with its own environment. */
export function startThread(definition: FunctionDefinition & { file: string }, log: FunctionLog) {
  const { name, arn, file, handler, memoryMb, environment, timeoutMs } = definition;
  const data: ThreadData = { file, handler, name, arn, memoryMb };
  const worker = new Worker(new URL('./thread-entry.ts', import.meta.url), {
    name,
    env: environment,
    workerData: data,
    stdout: true,
    stderr: true,
    // A small young generation costs a little collecting and saves 10 MB a thread.
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 4 },
  });
  const running = new Map<string, Running>();
  let isRetired = false;
  eachLine(worker.stdout, (line) => log(name, line));
  eachLine(worker.stderr, (line) => log(name, line));

  const settle = (id: string, end: (running: Running) => void) => {
    const invocation = running.get(id);
    if (invocation === undefined) return;
    clearTimeout(invocation.timer);
    running.delete(id);
    end(invocation);
    if (isRetired && running.size === 0) void worker.terminate();
  };
  const failAll = (error: InvocationFailed) => {
    isRetired = true;
    for (const id of [...running.keys()]) settle(id, ({ reject }) => reject(error));
  };
  worker.on('message', (reply: InvocationReply) =>
    settle(reply.id, ({ resolve, reject }) =>
      'result' in reply ? resolve(reply.result) : reject(new InvocationFailed(reply.error)),
    ),
  );
  worker.on('error', (error) => failAll(crashed(error)));
  worker.on('exit', (code) =>
    failAll(
      new InvocationFailed({ type: 'Runtime.ExitError', message: `${name}: the runtime ended with status ${code}` }),
    ),
  );

  /** No new invocations; the thread ends when those under way have ended. */
  const retire = () => {
    isRetired = true;
    if (running.size === 0) void worker.terminate();
  };
  return {
    invoke: (event: string) =>
      new Promise<string>((resolve, reject) => {
        const id = randomUUID();
        const timer = setTimeout(() => {
          // Lambda ends the whole environment of a function that overran. Others under way here may still finish.
          isRetired = true;
          settle(id, () => reject(timedOut(name, timeoutMs)));
        }, timeoutMs);
        running.set(id, { resolve, reject, timer });
        const message: InvocationMessage = { id, event, deadlineMs: Date.now() + timeoutMs };
        worker.postMessage(message);
      }),
    retire,
    underWay: () => running.size,
    isRetired: () => isRetired,
    ended: new Promise<void>((resolve) => worker.once('exit', () => resolve())),
    terminate: () => worker.terminate(),
  };
}
export type FunctionThread = ReturnType<typeof startThread>;

const timedOut = (name: string, timeoutMs: number) =>
  new InvocationFailed({
    type: 'Sandbox.Timedout',
    message: `${name}: Task timed out after ${timeoutMs / 1000} seconds`,
  });

const crashed = (error: unknown) =>
  error instanceof Error
    ? new InvocationFailed({ type: error.name, message: error.message, stack: error.stack ?? '' })
    : new InvocationFailed({ type: 'Error', message: String(error) });

function eachLine(stream: Readable, read: (line: string) => void) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) read(line);
  });
}
