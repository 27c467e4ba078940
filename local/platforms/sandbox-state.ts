import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as z from 'zod';

const saveDelayMs = 200;

/** What a sandbox remembers. Change `current` in place, then call `changed`. */
export type SandboxState<State> = { readonly current: State; changed(): void; flush(): Promise<void> };

type StateSource<State> = { file: string | undefined; schema: z.ZodType<State>; fresh: () => State };

/** Reads the state file if there is one; a file that does not fit the schema stops the start, so that nothing is lost. */
export async function openState<State>({ file, schema, fresh }: StateSource<State>): Promise<SandboxState<State>> {
  if (!file) return { current: fresh(), changed() {}, async flush() {} };
  const text = await readIfPresent(file);
  if (text === undefined) return savedState(file, fresh());
  const stored = schema.safeParse(jsonOrUndefined(text));
  if (!stored.success) throw new Error(`${file} is not the state of this sandbox; move it away and start again.`);
  return savedState(file, stored.data);
}

function savedState<State>(file: string, current: State): SandboxState<State> {
  let timer: NodeJS.Timeout | undefined;
  let saving = Promise.resolve();

  function save() {
    timer = undefined;
    saving = saving.then(() => replaceFile(file, JSON.stringify(current)));
    return saving;
  }

  return {
    current,
    changed() {
      timer ??= setTimeout(() => {
        save().catch((cause) => console.error(`The sandbox could not save ${file}.`, cause));
      }, saveDelayMs);
    },
    async flush() {
      clearTimeout(timer);
      await (timer ? save() : saving);
    },
  };
}

/** Written beside and renamed, so a crash leaves the old file or the new one, never half of one. */
async function replaceFile(file: string, text: string) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

async function readIfPresent(file: string) {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
