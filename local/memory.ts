import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident memory of this process and others, in MB. */
export function residentMb(otherPids: readonly number[]): number {
  const kilobytes = [process.pid, ...otherPids].map(residentKb).reduce((sum, each) => sum + each, 0);
  return Math.round(kilobytes / 1024);
}

function residentKb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return fromPs(pid);
  }
}

/** Where there is no /proc. */
function fromPs(pid: number): number {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return 0; // it has ended meanwhile
  }
}
