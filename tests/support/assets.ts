import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { operationsContract } from '../../functions/operations/contract.ts';

const root = resolve(import.meta.dirname, '../..');
const packageFile = createRequire(join(root, 'package.json')).resolve;
const assets = Object.values(operationsContract).flatMap((entry): readonly string[] =>
  'assets' in entry ? entry.assets : [],
);

/** Reads an asset of the documentation page from where the build takes it. */
export async function readAsset(name: string): Promise<string> {
  const asset = assets.find((one) => basename(one) === name) ?? name;
  return readFile(asset.startsWith('functions/') ? join(root, asset) : packageFile(asset), 'utf8');
}
