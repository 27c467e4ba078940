import { describe, expect, test } from 'vitest';
import { codeOf, type Import, importsOf, type SourceFile, sourceFiles } from '../support/source.ts';

const functions = sourceFiles('functions');
const everything = [...functions, ...sourceFiles('bin', 'lib', 'local', 'clients/typescript/src', 'tests')];
const ownImports = functions.flatMap(importsOf).filter(({ kind }) => kind === 'own');

/** The domain that a file belongs to; the kernel and the list of contracts belong to none. */
const domainOf = (path: string) => {
  const [top, folder, file] = path.split('/');
  return top === 'functions' && file !== undefined && folder !== 'runtime' ? folder : undefined;
};
/** A contract may have faults and schemas in files of their own, and what a post may wish for a platform in one for each. */
const isContract = (path: string) =>
  /\/(contract|faults|([a-z]+-)?schemas)\.ts$|^functions\/platforms\/(overrides|override-text|\w+\/options)\.ts$/.test(
    path,
  );
const inRuntime = (path: string) => path.startsWith('functions/runtime/');
const domainFiles = functions.filter(({ path }) => domainOf(path) !== undefined);

const arrows = (imports: readonly Import[]) => imports.map(({ from, to }) => `${from} → ${to}`);
/** Files whose code, comments aside, has what no code of theirs should have. */
const having = (files: readonly SourceFile[], pattern: RegExp) =>
  files.filter((file) => pattern.test(codeOf(file))).map(({ path }) => path);

describe('imports point downward', () => {
  test('the check itself sees the imports', () => {
    expect(arrows(ownImports)).toContain('functions/posts/create-post.ts → functions/runtime/endpoint.ts');
    const found = importsOf({
      path: 'functions/posts/a.ts',
      text: `import {\n  b,\n} from './b.ts';\nexport { d } from '../d.ts';\nimport 'e';\nawait import('node:f');`,
    });
    expect(found.map(({ to }) => to)).toEqual(['functions/posts/b.ts', 'functions/d.ts', 'e', 'node:f']);
  });

  test('contracts need zod, the kernel of contracts and other contracts only, so that CDK loads them for free', () => {
    const kernel = ['contract', 'fault', 'ids', 'shapes'].map((name) => `functions/runtime/${name}.ts`);
    const allowed = (to: string) =>
      to === 'zod' || kernel.includes(to) || (isContract(to) && domainOf(to) !== undefined);
    const contracts = domainFiles.filter(({ path }) => isContract(path));
    expect(arrows(contracts.flatMap(importsOf).filter(({ to }) => !allowed(to)))).toEqual([]);
  });

  test('a domain reaches another one by its contract.ts or public.ts only', () => {
    const crossing = ownImports.filter(
      ({ from, to }) => domainOf(from) && domainOf(to) && domainOf(from) !== domainOf(to),
    );
    expect(arrows(crossing.filter(({ to }) => !/^functions\/[a-z]+\/(contract|public)\.ts$/.test(to)))).toEqual([]);
  });

  test('the runtime knows no domain', () => {
    expect(arrows(ownImports.filter(({ from, to }) => inRuntime(from) && !inRuntime(to)))).toEqual([]);
  });

  test('only the list of contracts knows all domains, and no function reads it', () => {
    expect(arrows(ownImports.filter(({ to }) => to === 'functions/contracts.ts'))).toEqual([]);
  });

  test('functions know nothing of how they are deployed, run and tested', () => {
    expect(arrows(ownImports.filter(({ to }) => !to.startsWith('functions/')))).toEqual([]);
  });

  test('deployment knows the contracts and names of functions, not what they do', () => {
    const fromLib = sourceFiles('lib')
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith('functions/'));
    const allowed = (to: string) => to === 'functions/contracts.ts' || isContract(to) || inRuntime(to);
    expect(arrows(fromLib.filter(({ to }) => !allowed(to)))).toEqual([]);
  });

  test('the client knows the API by its document alone', () => {
    const imports = sourceFiles('clients/typescript/src').flatMap(importsOf);
    const allowed = (to: string) => to.startsWith('clients/typescript/src/') || to === 'openapi-fetch';
    expect(arrows(imports.filter(({ to }) => !allowed(to)))).toEqual([]);
  });

  test('nothing goes in circles', () => {
    const graph = new Map(everything.map((file) => [file.path, importsOf(file).filter(({ kind }) => kind === 'own')]));
    expect(cyclesOf(graph)).toEqual([]);
  });
});

function cyclesOf(graph: ReadonlyMap<string, readonly Import[]>): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const { to } of graph.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

describe('files', () => {
  test('have names that say what is in them', () => {
    const vague = /(^|\/|-)(utils?|helpers?|common|shared|misc)(\.|\/)|\/index\./;
    expect(everything.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });

  test('are in kebab case', () => {
    const kebab = /^[a-z\d]+(-[a-z\d]+)*(\.test)?\.ts$/;
    expect(everything.map(({ path }) => path).filter((path) => !kebab.test(path.split('/').at(-1) ?? ''))).toEqual([]);
  });

  test('import zod by its namespace, which keeps its translations out of the bundles', () => {
    const zod = everything.flatMap(importsOf).filter(({ to }) => to === 'zod' || to.startsWith('zod/'));
    const byName = zod.filter(({ statement }) => !/^import (type )?\* as z from /.test(statement));
    expect(arrows(byName)).toEqual([]);
  });

  test('import each other with their endings, as Node runs them', () => {
    const own = everything.flatMap(importsOf).filter(({ kind }) => kind === 'own');
    expect(arrows(own.filter(({ to }) => !/\.(ts|json)$/.test(to)))).toEqual([]);
  });
});

describe('ambient state', () => {
  test('the environment is read in one file', () => {
    expect(having(functions, /\bprocess\.env\b/)).toEqual(['functions/runtime/config.ts']);
  });

  test.each([
    ['the clock', /\bnew Date\(\)|\bDate\.now\(/],
    ['chance', /\bMath\.random\(/],
    ['the console', /\bconsole\./],
    ['an AWS client, but for sign-in,', /from '@aws-sdk\/(?!client-cognito-identity-provider')/],
    ['middy', /from '@middy\//],
  ])('%s is no business of a domain', (_, pattern) => {
    expect(having(domainFiles, pattern)).toEqual([]);
  });
});
