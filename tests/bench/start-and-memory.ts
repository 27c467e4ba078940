import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { mainJob } from '../../local/demo/main-job.ts';

export type StartAndMemory = { readyMs: number; stackMb: number };

const project = resolve(import.meta.dirname, '../..');
const Ready = z.object({ api: z.url(), platforms: z.object({ mastodon: z.url(), bluesky: z.url() }) });

/** Starts the stack as `npm start` does right after an install, does the main job on it, and adds up what it holds then. */
export async function startAndMemory(say: (step: string) => void): Promise<StartAndMemory> {
  const compiled = await mkdtemp(join(tmpdir(), 'clientnest-bench-'));
  const startedAt = performance.now();
  const stack = spawn(process.execPath, ['bin/local.ts', '--json', '--fast', '--quiet'], {
    cwd: project,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(stack, 'exit');
  try {
    const [line] = await Promise.race([once(createInterface(stack.stdout), 'line'), ended.then(failed)]);
    const readyMs = Math.round(performance.now() - startedAt);
    const { api, platforms } = Ready.parse(JSON.parse(line));
    say(`ready after ${readyMs} ms`);
    await mainJob({ api, ...platforms }, say);
    return { readyMs, stackMb: treeMb(stack.pid ?? 0) };
  } finally {
    stack.kill();
    await ended;
    await rm(compiled, { recursive: true, force: true });
  }
}

function failed([code]: unknown[]): never {
  throw new Error(`bench: the local stack ended with ${code}`);
}

/** Resident memory of a process and all that came from it. */
function treeMb(root: number): number {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  const processes = rows.map((row) => {
    const [pid = 0, parent = 0, kilobytes = 0] = row.trim().split(/\s+/).map(Number);
    return { pid, parent, kilobytes };
  });
  const sum = (pid: number): number => {
    const own = processes.find((one) => one.pid === pid)?.kilobytes ?? 0;
    const children = processes.filter(({ parent }) => parent === pid);
    return children.reduce((total, child) => total + sum(child.pid), own);
  };
  return Math.round(sum(root) / 1024);
}
