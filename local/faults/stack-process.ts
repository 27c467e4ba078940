import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LocalStackOptions } from '../ground.ts';
import type { LocalStack } from '../stack.ts';

/** What can be told to another process; the app as the address of its module. */
export type ProcessOptions = Omit<LocalStackOptions, 'app' | 'onProgress' | 'onProblem' | 'onFault'> & { app?: string };
type ProcessSettings = ProcessOptions & {
  /** How far the clock of the whole stack is ahead: as if it had been off for so long. Queues run on. */
  aheadMs?: number;
};
export type StackFacts = Pick<LocalStack, 'apiUrl' | 'awsUrl' | 'region' | 'credentials' | 'logFile'> & {
  engineIds: readonly number[];
  /** The resources of the template by their physical names. */
  resources: readonly { type: string; id: string; ref: string }[];
};
export type StackNotice = { ready: StackFacts } | { failed: string } | { fault: string } | { problem: string };
type Listeners = { onFault?: (fault: string) => void; onProblem?: (text: string) => void };

export type StackProcess = StackFacts & {
  /** Like a cut of power: no process of it gets another moment. What was kept is in the data directory only. */
  kill: () => Promise<void>;
  stop: () => Promise<void>;
};

const clockAhead = new URL('./clock-ahead.ts', import.meta.url).href;
const entry = fileURLToPath(new URL('./stack-process-entry.ts', import.meta.url));

/** A local stack in a process of its own, so that it can be killed. */
export async function startStackProcess(
  { aheadMs = 0, ...options }: ProcessSettings,
  listeners: Listeners = {},
): Promise<StackProcess> {
  const child = fork(entry, [JSON.stringify(options)], {
    execArgv: aheadMs === 0 ? [] : ['--import', `${clockAhead}?ms=${aheadMs}`],
    // Whoever kills a stack starts it again: what was compiled is kept.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...process.env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const facts = await readyFacts(child, listeners);
  return {
    ...facts,
    kill: async () => {
      await end(child, 'SIGKILL');
      await Promise.all(facts.engineIds.map(killEngine));
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

function readyFacts(child: ChildProcess, { onFault, onProblem }: Listeners): Promise<StackFacts> {
  return new Promise((resolve, reject) => {
    child.on('message', (notice: StackNotice) => {
      if ('ready' in notice) resolve(notice.ready);
      else if ('failed' in notice) reject(new Error(notice.failed));
      else if ('fault' in notice) onFault?.(notice.fault);
      else onProblem?.(notice.problem);
    });
    child.once('exit', (code) => reject(new Error(`the stack ended with ${code} before it was ready`)));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Its parent is gone, so nobody tells us when it has ended: we look, for a while. */
async function killEngine(id: number): Promise<void> {
  signal(id, 'SIGKILL');
  for (let tries = 0; tries < 100 && signal(id, 0); tries++) await sleep(10);
}

/** False when there is no such process. */
function signal(id: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, name);
  } catch {
    return false;
  }
}
