import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { FunctionDefinition } from '../../../local/functions/definitions.ts';
import { type FunctionPool, functionPool } from '../../../local/functions/function-pool.ts';

const directory = mkdtempSync(join(tmpdir(), 'functions-'));
afterAll(() => rmSync(directory, { recursive: true }));
let pool: FunctionPool | undefined;
afterEach(() => pool?.stop());

const code = `
let calls = 0;
export const handler = async (event, context) => {
  calls += 1;
  if (event.log) console.log(event.log);
  if (event.fail) throw new TypeError('as told');
  if (event.exit) process.exit(4);
  if (event.crash) setTimeout(() => { throw new Error('later'); });
  if (event.spin) for (;;);
  if (event.ms || event.crash) await new Promise((resolve) => setTimeout(resolve, event.ms ?? 1000));
  return { calls, thread: globalThis.id ??= Math.random(), env: process.env.MARK, left: context.getRemainingTimeInMillis(), name: context.functionName };
};
export const nothing = () => undefined;`;

function define(name: string, more: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const file = join(directory, `${name}.mjs`);
  writeFileSync(file, code);
  return {
    name,
    arn: `arn:${name}`,
    roleArn: 'arn:role',
    file,
    handler: 'handler',
    timeoutMs: 2_000,
    memoryMb: 128,
    environment: { MARK: name },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    deadLetterArn: undefined,
    ...more,
  };
}

function setup(definitions: FunctionDefinition[], options: Partial<Parameters<typeof functionPool>[1]> = {}) {
  const lines: string[] = [];
  const made = functionPool(definitions, { log: (name, line) => lines.push(`${name}: ${line}`), ...options });
  pool = made;
  const invoke = async (name: string, event: object = {}) =>
    JSON.parse(await made.invoke(`arn:${name}`, JSON.stringify(event)));
  return { pool: made, invoke, lines };
}

describe('functions in threads', () => {
  test('keep their thread between calls, and have the environment of the template only', async () => {
    const { invoke, lines } = setup([define('one'), define('two')]);
    expect(await invoke('one', { log: 'hello' })).toMatchObject({ calls: 1, env: 'one', name: 'one' });
    expect(await invoke('one')).toMatchObject({ calls: 2 });
    expect(await invoke('two')).toMatchObject({ calls: 1, env: 'two' });
    await expect.poll(() => lines).toEqual(['one: hello']);
  });

  test('several invocations share a thread, and more than it takes at once wait their turn', async () => {
    const { invoke } = setup([define('one')], { maxAtOnce: 2 });
    const startedAt = Date.now();
    const results = await Promise.all(Array.from({ length: 4 }, () => invoke('one', { ms: 200 })));
    expect(new Set(results.map(({ thread }) => thread)).size).toBe(1);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(400);
  });

  test('have several threads where they may, and share those when all are busy', async () => {
    const { invoke, pool } = setup([define('one')], { perFunction: 2 });
    const results = await Promise.all(Array.from({ length: 4 }, () => invoke('one', { ms: 100 })));
    expect([new Set(results.map(({ thread }) => thread)).size, pool.threads()]).toEqual([2, 2]);
    expect(await invoke('one')).toMatchObject({ calls: 3 });
  });

  test('fail by themselves', async () => {
    const { invoke } = setup([define('one')]);
    await expect(invoke('one', { fail: true })).rejects.toMatchObject({
      type: 'TypeError',
      message: 'as told',
      stack: expect.stringContaining('one.mjs'),
    });
    expect(await invoke('one')).toMatchObject({ calls: 2 });
  });

  test('are ended when they take too long, even when they never yield', async () => {
    const { invoke } = setup([define('one', { timeoutMs: 300 })]);
    const late = { type: 'Sandbox.Timedout', message: 'one: Task timed out after 0.3 seconds' };
    await expect(invoke('one', { spin: true })).rejects.toMatchObject(late);
    await expect(invoke('one', { ms: 5_000 })).rejects.toMatchObject(late);
    expect(await invoke('one')).toMatchObject({ calls: 1 });
  });

  test('that overrun do not take others with them', async () => {
    const { invoke } = setup([define('one', { timeoutMs: 600 })]);
    const late = invoke('one', { ms: 5_000 }).catch((error) => error.type);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const other = invoke('one', { ms: 400 });
    expect(await late).toBe('Sandbox.Timedout');
    expect(await other).toMatchObject({ env: 'one' });
  });

  test.each([
    ['exit', 'Runtime.ExitError'],
    ['crash', 'Error'],
  ])('that %s fail only their own invocations', async (how, type) => {
    const { invoke } = setup([define('one'), define('two')]);
    const other = invoke('two', { ms: 300 });
    await expect(invoke('one', { [how]: true })).rejects.toMatchObject({ type });
    expect(await other).toMatchObject({ env: 'two' });
    expect(await invoke('one')).toMatchObject({ calls: 1 });
  });

  test.each([
    ['no code', { file: undefined }, 'Runtime.ImportModuleError'],
    ['no handler', { handler: 'missing' }, 'Runtime.HandlerNotFound'],
    ['code that does not load', { file: '/nowhere.mjs' }, 'Error'],
  ])('with %s say so', async (_, broken, type) => {
    const { invoke } = setup([define('one', broken)]);
    await expect(invoke('one')).rejects.toMatchObject({ type });
  });

  test('may give nothing back, and must exist', async () => {
    const { invoke } = setup([define('one', { handler: 'nothing' })]);
    expect(await invoke('one')).toBeNull();
    await expect(invoke('nobody')).rejects.toMatchObject({ type: 'ResourceNotFoundException' });
  });

  test('that have been idle longest give way to others', async () => {
    const { invoke, pool } = setup(
      ['one', 'two', 'three'].map((name) => define(name)),
      { maxThreads: 2 },
    );
    for (const name of ['one', 'two', 'three']) await invoke(name);
    expect(pool.threads()).toBe(2);
    expect(await invoke('three')).toMatchObject({ calls: 2 });
    expect(await invoke('one')).toMatchObject({ calls: 1 });
  });

  test('end after a while without work', async () => {
    const { invoke, pool } = setup([define('one')], { idleMs: 50 });
    await invoke('one');
    await expect.poll(() => pool.threads()).toBe(0);
  });

  test('run new code after it was replaced, and what is under way finishes on the old', async () => {
    const { invoke, pool } = setup([define('one')]);
    const old = invoke('one', { ms: 300 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    pool.replace([define('one', { environment: { MARK: 'new' } })]);
    expect(await invoke('one')).toMatchObject({ env: 'new' });
    expect(await old).toMatchObject({ env: 'one' });
  });

  test('take no more work once stopped', async () => {
    const { invoke, pool } = setup([define('one')]);
    await pool.stop();
    await expect(invoke('one')).rejects.toMatchObject({ type: 'Runtime.ExitError' });
  });
});
