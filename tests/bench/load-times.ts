import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Built, functionFile } from './bundles.ts';
import { median, rounded } from './percentile.ts';

/** Milliseconds to import a bundle; the endpoint is the slowest of those measured. Ratios are over the bare handlers. */
export type LoadTimes = {
  ratio: number;
  trimmedRatio: number;
  bareMs: number;
  bareTrimmedMs: number;
  endpointMs: number;
  perFunction: Record<string, number>;
};

const run = promisify(execFile);
const importOnce =
  'const startedAt = performance.now(); await import(process.argv[1]); console.log(performance.now() - startedAt);';
/** Without NODE_OPTIONS and compile caches; no function needs more to be imported. */
const environment = { PATH: process.env.PATH, AWS_REGION: 'eu-central-1' };

/** Medians over fresh processes that import one bundle each, in turn, so that a busy moment hits all alike. */
export async function loadTimes(built: Built, endpoints: readonly string[], rounds: number): Promise<LoadTimes> {
  const files = [
    built.bareFile,
    built.bareTrimmedFile,
    ...endpoints.map((name) => functionFile(built.functions, name)),
  ].map((file) => ({ file, taken: [] as number[] }));
  for (let round = 0; round < rounds; round++) for (const { file, taken } of files) taken.push(await importTime(file));
  const [bareMs = 0, bareTrimmedMs = 0, ...times] = files.map(({ taken }) => rounded(median(taken)));
  const endpointMs = Math.max(...times);
  return {
    ratio: rounded(endpointMs / bareMs),
    trimmedRatio: rounded(endpointMs / bareTrimmedMs),
    bareMs,
    bareTrimmedMs,
    endpointMs,
    perFunction: Object.fromEntries(endpoints.map((name, place) => [name, times[place] ?? 0])),
  };
}

async function importTime(file: string): Promise<number> {
  const script = ['--input-type=module', '--eval', importOnce, pathToFileURL(file).href];
  const { stdout } = await run(process.execPath, script, { env: environment });
  return Number(stdout);
}
