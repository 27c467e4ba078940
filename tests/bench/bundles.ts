import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { domains } from '../../functions/contracts.ts';
import { buildFunctions, bundling, type FunctionBundle } from '../../lib/bundles.ts';
import { type DeployedFunction, deployedFunctions } from '../../lib/deployed-functions.ts';
import { median } from './percentile.ts';

/** `bare`: only the SDK, all of it, as esbuild bundles it. `bareTrimmed`: without the parts that ours leave out. */
export type BundleSizes = {
  median: number;
  max: number;
  bare: number;
  bareTrimmed: number;
  /** The largest that answers HTTP requests: people wait for those. */
  maxEndpoint: number;
  perFunction: Record<string, number>;
};

export type Built = { functions: readonly FunctionBundle[]; bareFile: string; bareTrimmedFile: string };

const bareEntry: DeployedFunction = {
  name: 'bare',
  domain: 'bench',
  file: 'tests/bench/bare-handler.ts',
  summary: 'Only the SDK',
  needs: [],
};
const bareSource = fileURLToPath(new URL('./bare-handler.ts', import.meta.url));

/** Every function and the bare handler, in a directory that goes away with the holder. */
export async function buildAll(): Promise<Built & AsyncDisposable> {
  const outdir = await mkdtemp(join(tmpdir(), 'clientnest-bench-'));
  const bareFile = join(outdir, 'bare.mjs');
  await build({ ...bundling, external: [], plugins: [], entryPoints: [bareSource], outfile: bareFile });
  const bundles = await buildFunctions({ entries: [...deployedFunctions(domains), bareEntry], outdir });
  return {
    functions: bundles.filter(({ entry }) => entry !== bareEntry),
    bareFile,
    bareTrimmedFile: functionFile(bundles, bareEntry.name),
    [Symbol.asyncDispose]: () => rm(outdir, { recursive: true, force: true }),
  };
}

export async function bundleSizes({ functions, bareFile, bareTrimmedFile }: Built): Promise<BundleSizes> {
  const largestFirst = functions.toSorted((one, other) => other.bytes - one.bytes);
  const sizes = largestFirst.map(({ bytes }) => bytes);
  return {
    median: median(sizes),
    max: Math.max(...sizes),
    bare: (await stat(bareFile)).size,
    bareTrimmed: (await stat(bareTrimmedFile)).size,
    maxEndpoint: Math.max(...functions.filter(({ entry }) => 'route' in entry).map(({ bytes }) => bytes)),
    perFunction: Object.fromEntries(largestFirst.map(({ entry, bytes }) => [`${entry.domain}/${entry.name}`, bytes])),
  };
}

export function functionFile(bundles: readonly FunctionBundle[], name: string): string {
  const bundle = bundles.find(({ entry }) => entry.name === name);
  if (bundle === undefined) throw new Error(`bench: no function is called ${name}`);
  return join(bundle.directory, 'index.mjs');
}
