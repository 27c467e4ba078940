import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchFunctions } from '../../../local/command/watch-functions.ts';

let directory = '';
let stop = () => {};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => {
  stop();
  rmSync(directory, { recursive: true });
});

function setup(reload: () => Promise<boolean>) {
  const said: string[] = [];
  stop = watchFunctions({ stack: { reload }, say: (text) => said.push(text), directory });
  const save = (text: string) => writeFileSync(join(directory, 'file.ts'), text);
  return { said, save };
}

describe('a change in functions/', () => {
  test('is taken up once for several writes', async () => {
    let reloads = 0;
    const { said, save } = setup(async () => ++reloads === 0);
    for (const text of ['a', 'b', 'c']) save(text);
    await expect.poll(() => said).toEqual([expect.stringMatching(/^functions rebuilt/)]);
    expect(reloads).toBe(1);
  });

  test('during a build is built after it', async () => {
    let reloads = 0;
    const { said, save } = setup(async () => {
      reloads += 1;
      await new Promise((resolve) => setTimeout(resolve, 400));
      return false;
    });
    save('a');
    await expect.poll(() => reloads).toBe(1);
    save('b');
    await expect.poll(() => said.length, { timeout: 5_000 }).toBe(2);
    expect(reloads).toBe(2);
  });

  test('that alters the template asks for a restart', async () => {
    const { said, save } = setup(async () => true);
    save('a');
    await expect.poll(() => said.at(-1)).toContain('restart');
  });

  test('that does not build leaves everything as it was, and says why', async () => {
    const { said, save } = setup(() => Promise.reject(new Error('no such import')));
    save('a');
    await expect.poll(() => said).toEqual([expect.stringMatching(/no such import\n.*as they were/)]);
  });
});
