import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { keptFile } from '../../../local/engines/kept-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'kept-'));
afterAll(() => rmSync(directory, { recursive: true }));
const Numbers = z.record(z.string(), z.number());

test('a kept file survives, one in memory does not, and a spoilt one says what to do', () => {
  const path = join(directory, 'deep/numbers.json');
  keptFile(path, Numbers, {}).set({ one: 1 });
  expect(keptFile(path, Numbers, {}).get()).toEqual({ one: 1 });
  const memory = keptFile(undefined, Numbers, {});
  memory.set({ two: 2 });
  expect(memory.get()).toEqual({ two: 2 });
  writeFileSync(path, 'spoilt');
  expect(() => keptFile(path, Numbers, {})).toThrow('delete it to start afresh');
});
