import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { functionLog } from '../../../local/functions/function-log.ts';

const directory = mkdtempSync(join(tmpdir(), 'log-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the log of functions', () => {
  test('keeps every line, and shows those that need attention', async () => {
    const shown: string[] = [];
    const { log, file, close } = functionLog(join(directory, 'deep/functions.log'), (text) => shown.push(text));
    for (const line of [
      '{"level":"INFO","message":"request"}',
      '{"level":"ERROR","message":"request.failed","error":{"name":"TypeError","message":"no"}}',
      '{"level":"WARN","message":"slow"}',
      '{"_aws":{"metrics":1}}',
      'a plain line',
      '{"cut off',
      '',
    ])
      log('fn', line);
    await close();
    expect(shown).toEqual([
      'fn: ERROR request.failed (TypeError: no)',
      'fn: WARN slow',
      'fn: a plain line',
      'fn: {"cut off',
    ]);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^\d{4}-.*Z fn \{"level":"INFO"/);
  });
});
