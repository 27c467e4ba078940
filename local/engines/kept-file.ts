import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod';

/** A small JSON file that survives restarts, and a crash in the middle of writing it. Without a path, memory only. */
export function keptFile<Schema extends z.ZodType>(
  path: string | undefined,
  schema: Schema,
  initial: z.output<Schema>,
) {
  let value = read(path, schema) ?? initial;
  return {
    get: () => value,
    set: (next: z.output<Schema>) => {
      value = next;
      if (path === undefined) return;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(value));
      renameSync(`${path}.new`, path);
    },
  };
}
export type KeptFile<Value> = { get: () => Value; set: (next: Value) => void };

function read<Schema extends z.ZodType>(path: string | undefined, schema: Schema): z.output<Schema> | undefined {
  if (path === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`local: ${path} cannot be read; delete it to start afresh`, { cause: error });
  }
}
