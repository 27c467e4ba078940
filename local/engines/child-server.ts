import { type SpawnOptions, spawn } from 'node:child_process';
import type { Lifeline } from './lifeline.ts';

type ServerCommand = Pick<SpawnOptions, 'cwd' | 'env'> & { command: string; args: string[]; announces: RegExp };

/** Starts a server as a child process and gives the part of its output that `announces` captures, once it appears. */
export function startChildServer({ command, args, announces, ...options }: ServerCommand, lifeline: Lifeline) {
  return new Promise<string>((resolve, reject) => {
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child.once('error', (cause) => reject(new Error(`local: ${command} does not start: ${cause.message}`)));
    if (child.pid === undefined) return;
    lifeline.hold(child);
    let output = '';
    const read = (chunk: Buffer) => {
      // Read on after the announcement too: a full pipe would stop the child.
      if (output.length < 10_000) output += chunk.toString();
      const wholeLines = output.slice(0, output.lastIndexOf('\n') + 1);
      const announced = announces.exec(wholeLines)?.[1];
      if (announced !== undefined) resolve(announced);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    // Not `exit`: what it said may come after that.
    child.once('close', (code) => reject(new Error(`local: ${command} ended with ${code}: ${output.slice(-500)}`)));
  });
}
