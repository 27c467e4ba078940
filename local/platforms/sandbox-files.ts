import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Uploaded bytes: in memory, or in a folder beside the state file when there is one. */
export type SandboxFiles = {
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
};

export function openFiles(stateFile: string | undefined): SandboxFiles {
  return stateFile ? filesIn(`${stateFile}.files`) : filesInMemory();
}

function filesInMemory(): SandboxFiles {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    async put(name, bytes) {
      files.set(name, bytes);
    },
    async get(name) {
      return files.get(name);
    },
  };
}

/** Names come from the sandbox's own ids and content hashes, never from a request. */
function filesIn(folder: string): SandboxFiles {
  return {
    async put(name, bytes) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), bytes);
    },
    async get(name) {
      try {
        return new Uint8Array(await readFile(join(folder, name)));
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
        throw cause;
      }
    },
  };
}
