// Runs in the worker thread of one function. Only Node's own modules are imported: the bundle brings everything else.
import { enableCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorFacts, InvocationMessage, InvocationReply, ThreadData } from './invocation.ts';

const { file, handler, name, arn, memoryMb, isTidy, faults }: ThreadData = workerData;
type Handler = (event: unknown, context: object) => unknown;

enableCompileCache();
const loading = load();

parentPort?.on('message', async (message: InvocationMessage) => {
  parentPort?.postMessage(await run(message));
  if (isTidy) tidyWhenIdle();
});

setFlagsFromString('--expose-gc');
const collectGarbage: (options: object) => void = runInNewContext('gc');
const idleMs = 300;
let idle: NodeJS.Timeout | undefined;

/** Idle threads are many, and a third of what each holds after a call is garbage: about 8 MB. */
function tidyWhenIdle() {
  clearTimeout(idle);
  idle = setTimeout(() => collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' }), idleMs);
  idle.unref();
}

async function load(): Promise<Handler | ErrorFacts> {
  try {
    if (faults && parentPort) (await import('../faults/thread-faults.ts')).meetFaults(faults, parentPort);
    const { [handler]: found }: Record<string, Handler | undefined> = await import(pathToFileURL(file).href);
    return found ?? { type: 'Runtime.HandlerNotFound', message: `${file} has no export "${handler}"`, stack: '' };
  } catch (error) {
    return facts(error);
  }
}

async function run({ id, event, deadlineMs }: InvocationMessage): Promise<InvocationReply> {
  try {
    const loaded = await loading;
    if (typeof loaded !== 'function') return { id, error: loaded };
    const result = await loaded(JSON.parse(event), contextOf(id, deadlineMs));
    return { id, result: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { id, error: facts(error) };
  }
}

const contextOf = (awsRequestId: string, deadlineMs: number) => ({
  awsRequestId,
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: arn,
  memoryLimitInMB: String(memoryMb),
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
});

const facts = (error: unknown): ErrorFacts =>
  error instanceof Error
    ? { type: error.name, message: error.message, stack: error.stack ?? '' }
    : { type: 'Error', message: String(error), stack: '' };
