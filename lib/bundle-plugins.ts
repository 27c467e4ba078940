import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';
import * as z from 'zod';

const Package = z.object({ version: z.string() });
/** Each client of the SDK tells its version and brings its whole `package.json` along for that. */
export const versionsOnly: Plugin = {
  name: 'versions-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = Package.parse(JSON.parse(await readFile(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** Errors of AWS services that functions know by their class or read more of than name and message. */
export const knownErrors = [
  'ConditionalCheckFailedException',
  'ParameterNotFound',
  'TransactionCanceledException',
  'UserNotFoundException',
];

/**
 * A client of the SDK describes every operation and error of its service, hundreds for some, in a way that keeps them all.
 * Ours keep those that are used. An error that is not known comes as the service's base error, with its name and message.
 */
export const usedSchemasOnly: Plugin = {
  name: 'used-schemas-only',
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ },
      async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const registration = /^n\d+_registry\.registerError\((\w+)\$, \w+\);$/gm;
        const schema = /^((?:export )?var \w+\$? = )(\[[^;]*\]);$/gm;
        const contents = source
          .replace(registration, (line, error: string) => (knownErrors.includes(error) ? line : ''))
          .replace(schema, '$1/* @__PURE__ */ (() => $2)();');
        return { contents, loader: 'js' };
      },
    );
  },
};

/** Files of contracts: nothing but schemas and entries, of which each function needs a few. */
const contractFile =
  /[\\/]functions[\\/].*[\\/](contract|([a-z]+-)?schemas|shapes|options|overrides|override-text)\.ts$/;
/** A constant of such a file, up to the line with which it ends; what is inside of it is indented. */
const contractConstant =
  /^((?:export )?const \w+(?:: [^=\n]+)? =)\s+((?:z|endpoints|[A-Z]\w*)[.(\n][\s\S]*?);$(?=\n*$(?![\s\S])|\n\n?\S)/gm;

/** Words for readers of the document, which no function says. */
const text = String.raw`(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")`;
const wordsForReaders = new RegExp(
  String.raw`\b(?:summary|description):\s*${text}(?:\s*\+\s*${text})*\s*(?:,|(?=\}))`,
  'g',
);

/** Calling zod may do anything, as far as esbuild knows. It does nothing but make a schema, so those that nobody uses go. */
export const usedContractsOnly: Plugin = {
  name: 'used-contracts-only',
  setup({ onLoad }) {
    onLoad({ filter: contractFile }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replace(wordsForReaders, '')
        .replace(contractConstant, '$1 /* @__PURE__ */ (() => $2)();');
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * What packages offer beside what is used: esbuild links it for each function before it drops it, but for what it keeps
 * to be safe. To import what is left out here fails the build, so that nothing can be missing at run time.
 */
export const usedModulesOnly: Plugin = {
  name: 'used-modules-only',
  async setup(build) {
    const { absWorkingDir: root = '.' } = build.initialOptions;
    const translations = '../locales/index.js';
    keepExports(build, /[\\/]zod[\\/]v4[\\/]classic[\\/]external\.js$/, (module) => module !== translations);
    // Of clients, the class that has every operation, and what reads page after page or waits.
    const client = /[\\/]@aws-sdk[\\/](client|lib)-[^\\/]+[\\/]dist-es[\\/]index\.js$/;
    keepExports(build, client, (module) => !/^\.\/(pagination|waiters|[A-Z]\w+(?<!Client))$/.test(module));
    const operations = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]commands[\\/]index\.js$/;
    const used = await commandsIn(join(root, 'functions'));
    // DynamoDB's own are called by its document client.
    const isUsed = (module: string, path: string) =>
      /client-dynamodb\b/.test(path) || used.has(module.replace('./', ''));
    keepExports(build, operations, isUsed);
  },
};

type IsKept = (module: string, path: string) => boolean;
function keepExports({ onLoad }: PluginBuild, filter: RegExp, isKept: IsKept) {
  onLoad({ filter }, async ({ path }) => {
    const source = await readFile(path, 'utf8');
    const exported = /^export \* (?:as \w+ )?from ["'](.+)["'];$/gm;
    const contents = source.replace(exported, (line, module: string) => (isKept(module, path) ? line : ''));
    return { contents, loader: 'js' };
  });
}

async function commandsIn(directory: string): Promise<Set<string>> {
  const files = globSync('**/*.ts', { cwd: directory });
  const sources = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
  return new Set(sources.flatMap((source) => source.match(/\b[A-Z]\w+Command\b/g) ?? []));
}

const notBundled = 'not-bundled:';

/**
 * For functions that never load a platform: the lists of what could be loaded come in with what they import, and esbuild
 * would link all platforms for them before it drops the lists.
 */
export const platformsElsewhere: Plugin = {
  name: 'platforms-elsewhere',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/[\w-]+\/[\w-]+\.ts$/ }, ({ kind, path, importer }) =>
      kind === 'dynamic-import' && /[\\/]functions[\\/]platforms[\\/][^\\/]+$/.test(importer)
        ? { path: notBundled + path, external: true }
        : undefined,
    );
  },
};

/** Whether code that was bundled so would load one after all. */
export const loadsPlatforms = (code: Uint8Array) => Buffer.from(code).includes(`import("${notBundled}`);
