import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { FunctionBundle } from '../../lib/bundles.ts';
import { bundleFile } from './bundles.ts';
import { median, rounded } from './percentile.ts';

export type LoadTimes = { ratio: number; bareMs: number; endpointMs: number; perFunction: Record<string, number> };

const run = promisify(execFile);
const importOnce =
  'const startedAt = performance.now(); await import(process.argv[1]); console.log(performance.now() - startedAt);';
/** Without NODE_OPTIONS and compile caches; no function needs more to be imported. */
const environment = { PATH: process.env.PATH, AWS_REGION: 'eu-central-1' };

/** Medians over fresh processes that import one bundle each, in turn, so that a busy moment hits all alike. */
export async function loadTimes(
  bundles: readonly FunctionBundle[],
  endpoints: readonly string[],
  rounds: number,
): Promise<LoadTimes> {
  const times = new Map(['bare', ...endpoints].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const [name, taken] of times) taken.push(await importTime(bundleFile(bundles, name)));
  const medians = [...times].map(([name, taken]) => [name, rounded(median(taken))] as const);
  const { bare = 0, ...perFunction } = Object.fromEntries(medians);
  const endpointMs = Math.max(...Object.values(perFunction));
  return { ratio: rounded(endpointMs / bare), bareMs: bare, endpointMs, perFunction };
}

async function importTime(file: string): Promise<number> {
  const script = ['--input-type=module', '--eval', importOnce, pathToFileURL(file).href];
  const { stdout } = await run(process.execPath, script, { env: environment });
  return Number(stdout);
}
