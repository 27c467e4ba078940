import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100;

/** Processor seconds that this process and its engines have used so far; NaN where nobody tells. */
export function processorSeconds(engineIds: readonly number[]): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + engineIds.reduce((sum, id) => sum + secondsOf(id), 0);
}

function secondsOf(id: number): number {
  try {
    const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return Number.NaN; // not Linux, or the process is gone
  }
}
