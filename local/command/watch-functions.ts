import { watch } from 'node:fs';
import { resolve } from 'node:path';
import type { LocalStack } from '../stack.ts';

const functionsDirectory = resolve(import.meta.dirname, '../../functions');
/** Editors write a file in several steps, and people save several files. */
const settleMs = 150;

type Watched = { stack: Pick<LocalStack, 'reload'>; say: (text: string) => void; directory?: string };

/** Builds again after each change, and lets functions run the new code. Gives what ends it. */
export function watchFunctions({ stack, say, directory = functionsDirectory }: Watched): () => void {
  let settling: NodeJS.Timeout | undefined;
  let isBuilding = false;
  let isStale = false;

  const build = async () => {
    if (isBuilding) return;
    isBuilding = true;
    while (isStale) {
      isStale = false;
      await reload(stack, say);
    }
    isBuilding = false;
  };
  const watcher = watch(directory, { recursive: true }, () => {
    isStale = true;
    clearTimeout(settling);
    settling = setTimeout(build, settleMs);
  });
  return () => {
    clearTimeout(settling);
    watcher.close();
  };
}

async function reload(stack: Pick<LocalStack, 'reload'>, say: (text: string) => void) {
  const startedAt = performance.now();
  try {
    const needsRestart = await stack.reload();
    say(`functions rebuilt  ${Math.round(performance.now() - startedAt)} ms`);
    if (needsRestart) say('the template changed too (a contract, perhaps): restart to take that up');
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\nthe functions run on as they were`);
  }
}
