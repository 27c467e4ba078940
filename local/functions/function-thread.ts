import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Faults } from '../faults/faults.ts';
import type { FunctionDefinition } from './definitions.ts';
import type { FunctionLog } from './function-log.ts';
import { InvocationFailed, type InvocationMessage, type ThreadData, type ThreadMessage } from './invocation.ts';

type Runnable = FunctionDefinition & { file: string };
export type ThreadOptions = {
  log: FunctionLog;
  isTidy: boolean;
  faults?: Pick<Faults, 'thread' | 'report'> | undefined;
};

/** One function in a worker thread of its own, running its bundle with its own environment. */
export function startThread(definition: Runnable, options: ThreadOptions) {
  const { name, timeoutMs } = definition;
  const worker = startWorker(definition, options);
  const running = new Map<string, Running>();
  let isRetired = false;

  const endIfDone = () => {
    if (isRetired && running.size === 0) void worker.terminate();
  };
  const settle = (id: string, end: (running: Running) => void) => {
    const invocation = running.get(id);
    if (invocation === undefined) return;
    clearTimeout(invocation.timer);
    running.delete(id);
    end(invocation);
    endIfDone();
  };
  const failAll = (error: InvocationFailed) => {
    isRetired = true;
    for (const id of [...running.keys()]) settle(id, ({ reject }) => reject(error));
  };
  worker.on('message', (message: ThreadMessage) => {
    if ('fault' in message) return options.faults?.report(`${name}: ${message.fault}`);
    return settle(message.id, ({ resolve, reject }) =>
      'result' in message ? resolve(message.result) : reject(new InvocationFailed(message.error)),
    );
  });
  worker.on('error', (error) => failAll(crashed(error)));
  worker.on('exit', (code) => failAll(exited(name, code)));

  return {
    invoke: (event: string) =>
      new Promise<string>((resolve, reject) => {
        const message: InvocationMessage = { id: randomUUID(), event, deadlineMs: Date.now() + timeoutMs };
        const timer = setTimeout(() => {
          // Lambda ends the whole environment of a function that overran. Others under way here may still finish.
          isRetired = true;
          settle(message.id, () => reject(timedOut(name, timeoutMs)));
        }, timeoutMs);
        running.set(message.id, { resolve, reject, timer });
        worker.postMessage(message);
      }),
    /** No new invocations; the thread ends when those under way have ended. */
    retire() {
      isRetired = true;
      endIfDone();
    },
    underWay: () => running.size,
    isRetired: () => isRetired,
    ended: new Promise<void>((resolve) => worker.once('exit', () => resolve())),
    terminate: () => worker.terminate(),
  };
}
export type FunctionThread = ReturnType<typeof startThread>;

type Running = { resolve: (result: string) => void; reject: (error: InvocationFailed) => void; timer: NodeJS.Timeout };

function startWorker(definition: Runnable, { log, isTidy, faults }: ThreadOptions): Worker {
  const { name, arn, file, handler, memoryMb, environment } = definition;
  const workerData: ThreadData = { file, handler, name, arn, memoryMb, isTidy, faults: faults?.thread(name) };
  const worker = new Worker(new URL('./thread-entry.ts', import.meta.url), {
    name,
    env: environment,
    workerData,
    stdout: true,
    stderr: true,
    // A small young generation costs a little collecting and saves 10 MB a thread.
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 4 },
  });
  for (const stream of [worker.stdout, worker.stderr]) eachLine(stream, (line) => log(name, line));
  return worker;
}

const timedOut = (name: string, timeoutMs: number) =>
  new InvocationFailed({
    type: 'Sandbox.Timedout',
    message: `${name}: Task timed out after ${timeoutMs / 1000} seconds`,
  });

const exited = (name: string, code: number) =>
  new InvocationFailed({ type: 'Runtime.ExitError', message: `${name}: the runtime ended with status ${code}` });

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
