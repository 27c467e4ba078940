import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import {
  type BuildOptions,
  build,
  context,
  type ImportKind,
  type Metafile,
  type OutputFile,
  type Plugin,
} from 'esbuild';
import { domains } from '../functions/contracts.ts';
import {
  loadsPlatforms,
  platformsElsewhere,
  usedContractsOnly,
  usedModulesOnly,
  usedSchemasOnly,
  versionsOnly,
} from './bundle-plugins.ts';
import { bundleDirectory, bundlesDirectory, type DeployedFunction, deployedFunctions } from './deployed-functions.ts';

const projectRoot = resolve(import.meta.dirname, '..');

/**
 * What the SDK imports only when it needs it, and never does here (decision 0001): other credentials than those in the
 * environment, where Lambda puts them, and streams of events, which no operation that we call has.
 */
const neverLoaded = ['sso', 'ini', 'process', 'web-identity', 'login', 'http']
  .map((provider) => `@aws-sdk/credential-provider-${provider}`)
  .concat('@smithy/credential-provider-imds', '@smithy/core/event-streams');

/** How every bundle is made. */
export const bundling = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  external: neverLoaded,
  plugins: [versionsOnly, usedSchemasOnly, usedContractsOnly, usedModulesOnly],
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: { 'import-is-undefined': 'error' },
} satisfies BuildOptions;

/** `bytes`: what a cold start loads. `lazyBytes`: what is loaded only when it is needed, such as the adapter of a platform. */
export type FunctionBundle = { entry: DeployedFunction; directory: string; bytes: number; lazyBytes: number };
type Options = { entries?: readonly DeployedFunction[]; root?: string; outdir?: string };

/**
 * Bundles every function to `<outdir>/<domain>/<name>/index.mjs`, its assets beside it, and what it loads lazily in
 * `lazy/`. Files that come out the same are left alone, so that another process may run them meanwhile.
 */
export async function buildFunctions({
  entries = deployedFunctions(domains),
  root = projectRoot,
  outdir = bundlesDirectory,
}: Options = {}): Promise<FunctionBundle[]> {
  refuseMissing(entries, root);
  const [lazy, whole] = [entries.filter(loadsLazily), entries.filter((entry) => !loadsLazily(entry))];
  const outputs = (await Promise.all([bundleWhole(whole, root, outdir), bundleLazy(lazy, root, outdir)])).flat();
  const partials = join(outdir, '.partial', randomUUID());
  await Promise.all(outputs.map(({ path, contents }) => writeIfChanged(path, { contents, partials })));
  await Promise.all(lazy.map((entry) => dropOld(join(bundleDirectory(entry, outdir), 'lazy'), outputs)));
  await Promise.all(
    entries.map((entry) => copyAssets(entry, { root, directory: bundleDirectory(entry, outdir), partials })),
  );
  await rm(partials, { recursive: true, force: true });
  return entries.map((entry) => {
    const directory = bundleDirectory(entry, outdir);
    return { entry, directory, ...sizeOf(outputs, directory) };
  });
}

/** Those that call platforms load the code of one when they need it. */
const loadsLazily = ({ needs }: DeployedFunction) => needs.includes('hosts');

type Output = Pick<OutputFile, 'path' | 'contents'> & { isLazy: boolean };

function sizeOf(outputs: readonly Output[], directory: string) {
  const code = outputs.filter(({ path }) => path.startsWith(`${directory}/`) && path.endsWith('.mjs'));
  const sum = (isLazy: boolean) =>
    code.filter((one) => one.isLazy === isLazy).reduce((bytes, { contents }) => bytes + contents.byteLength, 0);
  return { bytes: sum(false), lazyBytes: sum(true) };
}

function refuseMissing(entries: readonly DeployedFunction[], root: string) {
  const missing = entries.filter(({ file }) => !existsSync(join(root, file)));
  if (missing.length === 0) return;
  const lines = missing.map(({ domain, name, file }) => `  ${domain}.${name} needs ${file}`);
  throw new Error(`contract entries without a handler file:\n${lines.join('\n')}`);
}

async function bundleWhole(entries: readonly DeployedFunction[], root: string, outdir: string): Promise<Output[]> {
  const { outputFiles } = await build({
    ...bundling,
    plugins: [platformsElsewhere, ...bundling.plugins],
    absWorkingDir: root,
    entryPoints: entries.map((entry) => ({ in: entry.file, out: `${entry.domain}/${entry.name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    write: false,
  });
  const mistaken = outputFiles.filter(({ path, contents }) => path.endsWith('.mjs') && loadsPlatforms(contents));
  if (mistaken.length === 0) return outputFiles.map((file) => Object.assign(file, { isLazy: false }));
  const names = mistaken.map(({ path }) => `  ${dirname(relative(outdir, path))}`);
  throw new Error(`functions that load platforms without a need for 'hosts':\n${names.join('\n')}`);
}

/**
 * One after the other, so that nothing that one loads lies in the directory of another, with what was parsed for one
 * kept for the next.
 */
async function bundleLazy(entries: readonly DeployedFunction[], root: string, outdir: string): Promise<Output[]> {
  const outputs: Output[] = [];
  let current: DeployedFunction | undefined;
  const entryPoint: Plugin = {
    name: 'entry-point',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^entry-point$/ }, () => current && { path: join(root, current.file) }),
  };
  const directory = join(outdir, 'domain/function');
  const bundler = await context({
    ...bundling,
    plugins: [entryPoint, ...bundling.plugins],
    absWorkingDir: root,
    entryPoints: [{ in: 'entry-point', out: 'index' }],
    splitting: true,
    chunkNames: 'lazy/[name]-[hash]',
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    metafile: true,
    write: false,
  });
  try {
    for (current of entries) {
      const { outputFiles, metafile } = await bundler.rebuild();
      const index = relative(root, join(directory, 'index.mjs'));
      const atStart = loadedFrom(index, metafile, ['import-statement']);
      // esbuild writes what could be loaded by code that it dropped, too.
      const everLoaded = loadedFrom(index, metafile, ['import-statement', 'dynamic-import']);
      for (const { path, contents } of outputFiles) {
        const name = relative(root, path);
        if (!everLoaded.has(name.replace(/\.map$/, ''))) continue;
        const file = join(bundleDirectory(current, outdir), relative(directory, path));
        outputs.push({ path: file, contents, isLazy: !atStart.has(name) });
      }
    }
  } finally {
    await bundler.dispose();
  }
  return outputs;
}

function loadedFrom(entry: string, { outputs }: Metafile, kinds: readonly ImportKind[]): Set<string> {
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    const imports = outputs[path]?.imports ?? [];
    for (const { kind, path: next, external } of imports)
      if (kinds.some((one) => one === kind) && !external) load(next);
  };
  load(entry);
  return loaded;
}

type Copying = { root: string; directory: string; partials: string };

async function copyAssets({ assets = [] }: DeployedFunction, { root, directory, partials }: Copying) {
  for (const asset of assets) {
    const contents = await readFile(assetFile(asset, root));
    await writeIfChanged(join(directory, 'assets', basename(asset)), { contents, partials });
  }
}

/** A file of this repository, or else of an installed package. */
function assetFile(asset: string, root: string): string {
  const own = join(root, asset);
  return existsSync(own) ? own : createRequire(join(root, 'package.json')).resolve(asset);
}

/** What an earlier run left: it would be deployed for nothing. */
async function dropOld(directory: string, outputs: readonly Output[]) {
  if (!existsSync(directory)) return;
  const made = new Set(outputs.map(({ path }) => path));
  const old = (await readdir(directory)).map((name) => join(directory, name)).filter((path) => !made.has(path));
  await Promise.all(old.map((path) => rm(path, { force: true })));
}

/** Half a file lies where nobody runs, deploys or tidies up: two processes may build at once. */
async function writeIfChanged(path: string, { contents, partials }: { contents: Uint8Array; partials: string }) {
  if (existsSync(path) && (await readFile(path)).equals(contents)) return;
  const partial = join(partials, randomUUID());
  await mkdir(partials, { recursive: true });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(partial, contents);
  await rename(partial, path);
}
