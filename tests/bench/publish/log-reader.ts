import { open } from 'node:fs/promises';

/** Gives the lines that were added to the functions' log since the last time: who wrote it, and what. */
export function logReader(file: string) {
  let position = 0;
  return async (): Promise<{ name: string; line: string }[]> => {
    const handle = await open(file).catch(() => undefined);
    if (handle === undefined) return [];
    try {
      const { size } = await handle.stat();
      const { buffer } = await handle.read({ buffer: Buffer.alloc(size - position), position });
      const end = buffer.lastIndexOf('\n') + 1;
      position += end;
      return buffer.toString('utf8', 0, end).trimEnd().split('\n').flatMap(lineOf);
    } finally {
      await handle.close();
    }
  };
}

function lineOf(text: string) {
  const [, name, line] = /^\S+ (\S+) (.*)$/.exec(text) ?? [];
  return name !== undefined && line !== undefined ? { name, line } : [];
}
