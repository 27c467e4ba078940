import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domains } from '../../functions/contracts.ts';
import { buildFunctions, type FunctionBundle } from '../../lib/bundles.ts';
import { type DeployedFunction, deployedFunctions } from '../../lib/deployed-functions.ts';
import { median } from './percentile.ts';

const bareEntry: DeployedFunction = {
  name: 'bare',
  domain: 'bench',
  file: 'tests/bench/bare-handler.ts',
  summary: 'Only the SDK',
  needs: [],
};

export type BundleSizes = {
  median: number;
  max: number;
  bare: number;
  /** The largest that answers HTTP requests; people wait for those. */
  maxEndpoint: number;
  perFunction: Record<string, number>;
};

/** Every function and the bare handler, built by one esbuild run into a directory that goes away with the holder. */
export async function buildAll() {
  const outdir = await mkdtemp(join(tmpdir(), 'clientnest-bench-'));
  const bundles = await buildFunctions({ entries: [...deployedFunctions(domains), bareEntry], outdir });
  return { bundles, [Symbol.asyncDispose]: () => rm(outdir, { recursive: true, force: true }) };
}

export function bundleSizes(bundles: readonly FunctionBundle[]): BundleSizes {
  const ours = bundles.filter(({ entry }) => entry !== bareEntry).toSorted((one, other) => other.bytes - one.bytes);
  const sizes = ours.map(({ bytes }) => bytes);
  return {
    median: median(sizes),
    max: Math.max(...sizes),
    bare: bundles.find(({ entry }) => entry === bareEntry)?.bytes ?? 0,
    maxEndpoint: Math.max(...ours.filter(({ entry }) => 'route' in entry).map(({ bytes }) => bytes)),
    perFunction: Object.fromEntries(ours.map(({ entry, bytes }) => [`${entry.domain}/${entry.name}`, bytes])),
  };
}

export function bundleFile(bundles: readonly FunctionBundle[], name: string): string {
  const bundle = bundles.find(({ entry }) => entry.name === name);
  if (bundle === undefined) throw new Error(`bench: no function is called ${name}`);
  return join(bundle.directory, 'index.mjs');
}
