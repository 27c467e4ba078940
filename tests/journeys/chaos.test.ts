import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';

const chaos = fileURLToPath(new URL('../../bin/chaos.ts', import.meta.url));
const Result = z.object({
  posts: z.number(),
  published: z.number(),
  duplicated: z.number(),
  lost: z.number(),
  unconfirmed: z.number(),
  falseUnconfirmed: z.number(),
  seconds: z.number(),
});
const minutes = 60_000;

test('on a bad day, with crashes and power cuts, each post comes out once on every platform', {
  timeout: 5 * minutes,
}, async () => {
  const args = [chaos, '--posts', '12', '--seed', '4', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, steps, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const result = Result.parse(JSON.parse(output));
  expect({ ...result, code }, steps).toMatchObject({ posts: 12, duplicated: 0, lost: 0, code: 0 });
  expect(result.published + result.unconfirmed).toBe(12);
});
