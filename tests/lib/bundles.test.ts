import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import { knownErrors } from '../../lib/bundle-plugins.ts';
import { buildFunctions, bundling, type FunctionBundle } from '../../lib/bundles.ts';
import { type DeployedFunction, deployedFunctions } from '../../lib/deployed-functions.ts';
import { startServer } from '../support/http-server.ts';
import { httpEvent } from '../support/request.ts';
import { sampleDomain } from '../support/sample-domain.ts';
import { temporaryDirectory } from '../support/stacks.ts';

/** A project with the handlers of the sample domain, but for those named. */
function sampleProject({ without = [] }: { without?: string[] } = {}) {
  const root = temporaryDirectory();
  const entries = deployedFunctions([sampleDomain]);
  for (const { file, name } of entries.filter((entry) => !without.includes(entry.name)))
    write(join(root, file), `export const handler = (event: unknown) => ['${name}', event];\n`);
  write(join(root, 'docs/note.txt'), 'a note');
  return { root, outdir: join(root, 'out'), entries };
}
function write(path: string, text: string) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe('buildFunctions', () => {
  test('bundles each entry with its source map to a directory of its own', async () => {
    const { root, outdir, entries } = sampleProject();
    const bundles = await buildFunctions({ root, outdir, entries });
    expect(bundles.map(({ entry }) => entry)).toEqual(entries);
    for (const { directory, bytes } of bundles) {
      expect(readFileSync(join(directory, 'index.mjs')).byteLength).toBe(bytes);
      expect(readFileSync(join(directory, 'index.mjs.map'), 'utf8')).not.toContain('sourcesContent');
    }
  });

  test('lays the assets of an entry beside its bundle, of the repository or of a package', async () => {
    const { root, outdir, entries } = sampleProject();
    const [first] = entries;
    if (!first) throw new Error('no entry');
    const entry: DeployedFunction = { ...first, assets: ['docs/note.txt'] };
    const [bundle] = await buildFunctions({ root, outdir, entries: [entry] });
    expect(readFileSync(join(bundle?.directory ?? '', 'assets/note.txt'), 'utf8')).toBe('a note');
  });

  test('names all missing handler files at once', async () => {
    const { root, outdir, entries } = sampleProject({ without: ['getNote', 'printNote'] });
    await expect(buildFunctions({ root, outdir, entries })).rejects.toThrow(
      'contract entries without a handler file:\n  notes.getNote needs functions/notes/get-note.ts\n  notes.printNote needs functions/notes/print-note.ts',
    );
  });

  test('leaves alone what comes out the same', async () => {
    const project = sampleProject();
    const [first] = await buildFunctions(project);
    const path = join(first?.directory ?? '', 'index.mjs');
    const { ino, mtimeMs } = statSync(path);
    await buildFunctions(project);
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
  });
});

describe('functions that load platforms', () => {
  /** Two that call platforms, each with a platform of its own, in the domain of the sample. */
  function loadingProject({ needs }: { needs: DeployedFunction['needs'] }) {
    const { root, outdir, entries } = sampleProject();
    const loading = entries.slice(0, 2).map((entry) => ({ ...entry, needs }));
    for (const { file, name } of loading) {
      write(join(root, `functions/platforms/${name}/adapter.ts`), `export const post = () => 'by ${name}';\n`);
      const list = `functions/platforms/${name}-list.ts`;
      write(
        join(root, list),
        `export const load = () => import('./${name}/adapter.ts');\nexport const unused = () => import('./${name}/auth.ts');\n`,
      );
      write(join(root, `functions/platforms/${name}/auth.ts`), `export const auth = () => 'by nobody';\n`);
      write(
        join(root, file),
        `import { load } from '../platforms/${name}-list.ts';\nexport const handler = async () => (await load()).post();\n`,
      );
    }
    return { root, outdir, entries: loading };
  }

  test('find what they load beside them, and nothing else', async () => {
    const bundles = await buildFunctions(loadingProject({ needs: ['hosts'] }));
    for (const { entry, directory, lazyBytes } of bundles) {
      const lazy = globSync('lazy/*.mjs', { cwd: directory }).map((path) =>
        readFileSync(join(directory, path), 'utf8'),
      );
      expect(lazy.join('')).toContain(`by ${entry.name}`);
      expect(lazy.join('').match(/by \w+/g)).toHaveLength(1);
      expect(lazyBytes).toBe(Buffer.byteLength(lazy.join('')));
      expect(await runNode(`console.log(await (await import('${directory}/index.mjs')).handler())`)).toBe(
        `by ${entry.name}\n`,
      );
    }
  });

  test('are whole when several processes build them at once, which leaves nothing else', async () => {
    const project = loadingProject({ needs: ['hosts'] });
    const [first] = await Promise.all(Array.from({ length: 4 }, () => buildFunctions(project)));
    for (const { entry, directory } of first ?? [])
      expect(await runNode(`console.log(await (await import('${directory}/index.mjs')).handler())`)).toBe(
        `by ${entry.name}\n`,
      );
    expect(globSync('**/.partial/*/*', { cwd: project.outdir })).toEqual([]);
  });

  test('are refused when they do not say so', async () => {
    const project = loadingProject({ needs: [] });
    const [first, second] = project.entries;
    await expect(buildFunctions(project)).rejects.toThrow(
      `functions that load platforms without a need for 'hosts':\n  notes/${first?.name}\n  notes/${second?.name}`,
    );
  });
});

test.each([
  ['translations', "import * as z from 'zod'; console.log(z.locales);", '"locales"'],
  [
    'operations that no function names',
    "export { PutParameterCommand } from '@aws-sdk/client-ssm';",
    '"PutParameterCommand"',
  ],
  ['clients with every operation', "export { SSM } from '@aws-sdk/client-ssm';", '"SSM"'],
  ['pages', "export { paginateQuery } from '@aws-sdk/lib-dynamodb';", '"paginateQuery"'],
])('nothing is built that uses what is left out of packages: %s', async (_, contents, name) => {
  const using = {
    ...bundling,
    stdin: { contents, resolveDir: '.' },
    sourcemap: false,
    write: false,
    logLevel: 'silent',
  } as const;
  await expect(build(using)).rejects.toThrow(name);
});

describe('the functions', () => {
  let bundles: FunctionBundle[];
  beforeAll(async () => {
    bundles = await buildFunctions({ outdir: temporaryDirectory() });
  });
  const bundleOf = (name: string) =>
    join(bundles.find(({ entry }) => entry.name === name)?.directory ?? '', 'index.mjs');

  test('load where there are no packages and no environment, and offer a handler', async () => {
    const paths = bundles.map(({ directory }) => join(directory, 'index.mjs'));
    const code = `const found = [];
      for (const path of ${JSON.stringify(paths)}) found.push(typeof (await import(path)).handler);
      console.log(JSON.stringify(found));`;
    expect(z.array(z.string()).parse(JSON.parse(await runNode(code)))).toEqual(paths.map(() => 'function'));
  });

  test('hold their packages whole: nothing is asked for at run time', () => {
    for (const { entry, directory } of bundles)
      expect(readFileSync(join(directory, 'index.mjs'), 'utf8'), entry.name).not.toContain('Dynamic require of');
  });

  test('leave out what contracts say to readers only', () => {
    const wordy = bundles.filter(({ entry, directory }) =>
      readFileSync(join(directory, 'index.mjs'), 'utf8').includes(entry.summary),
    );
    expect(wordy.map(({ entry }) => entry.name)).toEqual([]);
  });

  test('are small enough to start fast: 450 kB for an endpoint', () => {
    const endpoints = new Set<DeployedFunction>(domains.flatMap((domain) => Object.values(domain.endpoints ?? {})));
    const large = bundles.filter(({ entry, bytes }) => bytes > (endpoints.has(entry) ? 450_000 : 550_000));
    expect(large.map(({ entry, bytes }) => `${entry.name} ${bytes}`)).toEqual([]);
  });

  test('come without the SDK where nothing is kept and nothing is asked for', () => {
    const carried = (name: string) => readFileSync(`${bundleOf(name)}.map`, 'utf8').includes('/@aws-sdk/');
    expect([carried('getHealth'), carried('getDocs'), carried('getTeam')]).toEqual([false, false, true]);
  });

  test('know every error of AWS that they tell by its class', async () => {
    const imported = globSync('functions/**/*.ts').flatMap((path) => [
      ...readFileSync(path, 'utf8').matchAll(/import \{([^}]*)\} from '(@aws-sdk\/client-[\w-]+)'/g),
    ]);
    const classes = imported.map(async ([, names = '', client = '']) => {
      const module: Record<string, unknown> = await import(client);
      return names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => isErrorClass(module[name]));
    });
    const errors = (await Promise.all(classes)).flat().filter((name) => !name.endsWith('ServiceException'));
    expect(new Set(errors)).toEqual(new Set(knownErrors));
  });

  test('call AWS with the credentials of the environment, without the providers that are left out', async () => {
    const authorizations: (string | undefined)[] = [];
    const dynamo = await startServer((request, response) => {
      authorizations.push(request.headers.authorization);
      response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
    });
    const event = httpEvent({ path: { postId: 'post_01jdxb8ncye2ha5vvbz9fnzbzt' } });
    const code = `const { handler } = await import('${bundleOf('getPost')}');
      console.log(JSON.stringify(await handler(${JSON.stringify(event)}, {})));`;
    const output = await runNode(code, {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
      TABLE_NAME: 'table',
      DUE_SHARDS: '1',
    });
    expect(output.split('\n').at(-2)).toContain('post.not_found');
    expect(authorizations[0]).toContain('AKIATEST');
  });
});

const run = promisify(execFile);
/** What a fresh Node prints, run away from this project and its environment. */
async function runNode(code: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: '/', env });
  return stdout;
}

const isErrorClass = (value: unknown) => typeof value === 'function' && value.prototype instanceof Error;
