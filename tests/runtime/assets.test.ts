import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { assetReader } from '../../functions/runtime/assets.ts';

async function folderWith(name: string, content: string) {
  const folder = await mkdtemp(join(tmpdir(), 'assets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), content);
  return { file: join(folder, name), read: assetReader(pathToFileURL(`${folder}/`)) };
}

describe('asset', () => {
  test('is read once', async () => {
    const { file, read } = await folderWith('page.css', 'é');
    expect(await read('page.css')).toBe('é');
    await writeFile(file, 'changed');
    expect(await read('page.css')).toBe('é');
  });

  test('that is missing is an error, and lies beside the bundle by default', async () => {
    await expect(assetReader()('missing.css')).rejects.toThrow('functions/runtime/assets/missing.css');
  });
});
