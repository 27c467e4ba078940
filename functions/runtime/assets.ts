import { readFile } from 'node:fs/promises';

/** Reads a file that the contract entry lists under `assets`; the build puts it beside the bundle. */
export type AssetReader = (name: string) => Promise<string>;

export function assetReader(folder: URL = new URL('assets/', import.meta.url)): AssetReader {
  const read = new Map<string, Promise<string>>();
  return (name) => {
    const text = read.get(name) ?? readFile(new URL(name, folder), 'utf8');
    read.set(name, text);
    return text;
  };
}
