import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export type SourceFile = { path: string; text: string };

/** Every TypeScript file under the given folders, with its path from the project's root. */
export const sourceFiles = (...folders: string[]): SourceFile[] =>
  folders
    .flatMap((folder) => globSync('**/*.ts', { cwd: join(root, folder) }).map((path) => join(folder, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** A file without its comments: rules are about what code does. Line breaks stay where they were. */
export const codeOf = ({ text }: SourceFile) =>
  text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/^\s*\/\/.*$/gm, '');

const importPattern = /\b(?:import|export)\b[^;'"`]*?\bfrom\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g;

export type Import = { from: string; statement: string; to: string; kind: 'own' | 'package' | 'node' };

/** What a file imports, types included: own files by their path from the root, packages by their name. */
export const importsOf = (file: SourceFile): Import[] =>
  [...codeOf(file).matchAll(importPattern)].map(([statement, named, bare]) => {
    const target = named ?? bare ?? '';
    if (target.startsWith('.')) {
      const to = relative(root, resolve(root, dirname(file.path), target));
      return { from: file.path, statement, to, kind: 'own' };
    }
    return { from: file.path, statement, to: target, kind: isBuiltin(target) ? 'node' : 'package' };
  });
