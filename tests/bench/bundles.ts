import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
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
  /** Of some endpoints: as they are, and bundled with nothing in the place of the border. */
  borders: { name: string; bytes: number; withoutBorder: number }[];
};

export type Built = { functions: readonly FunctionBundle[]; bareFile: string; bareTrimmedFile: string };

const bareEntry: DeployedFunction = {
  name: 'bare',
  domain: 'bench',
  file: 'tests/bench/bare-handler.ts',
  summary: 'Only the SDK',
  needs: [],
};
/** An endpoint without tables of its own, one of each kind of operation, and the largest of those measured elsewhere. */
const borderExamples = [
  'getHealth',
  'getConnection',
  'getPost',
  'updatePost',
  'createPost',
  'deletePost',
  'updateTeam',
];
const noBorder: Plugin = {
  name: 'no-border',
  setup: ({ onLoad }) =>
    onLoad({ filter: /functions\/runtime\/border\.ts$/ }, () => ({
      contents: 'export const deployedBorder = () => ({});',
    })),
};
const project = fileURLToPath(new URL('../..', import.meta.url));
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
    borders: await Promise.all(borderExamples.map((name) => borderBytes(functions, name))),
  };
}

async function borderBytes(bundles: readonly FunctionBundle[], name: string) {
  const { entry, bytes } = bundleOf(bundles, name);
  const { outputFiles } = await build({
    ...bundling,
    plugins: [...bundling.plugins, noBorder],
    sourcemap: false,
    write: false,
    entryPoints: [join(project, entry.file)],
  });
  return { name, bytes, withoutBorder: outputFiles[0]?.contents.byteLength ?? 0 };
}

export const functionFile = (bundles: readonly FunctionBundle[], name: string): string =>
  join(bundleOf(bundles, name).directory, 'index.mjs');

function bundleOf(bundles: readonly FunctionBundle[], name: string): FunctionBundle {
  const bundle = bundles.find(({ entry }) => entry.name === name);
  if (bundle === undefined) throw new Error(`bench: no function is called ${name}`);
  return bundle;
}
