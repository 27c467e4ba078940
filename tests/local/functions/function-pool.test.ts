import { randomUUID } from 'node:crypto';
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

/** `company`: goes on when so many are under way at once. `gate`: goes on when the file is there. */
const code = `
import { existsSync } from 'node:fs';
let [calls, underWay, most] = [0, 0, 0];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const handler = async (event, context) => {
  calls += 1;
  underWay += 1;
  most = Math.max(most, underWay);
  if (event.log) console.log(event.log);
  if (event.fail) throw new TypeError('as told');
  if (event.exit) process.exit(4);
  if (event.crash) setTimeout(() => { throw new Error('later'); });
  if (event.spin) for (;;);
  while (event.company > most) await pause(5);
  if (event.company) await pause(50);
  while (event.gate && !existsSync(event.gate)) await pause(5);
  underWay -= 1;
  return { calls, most, thread: globalThis.id ??= Math.random(), env: process.env.MARK, left: context.getRemainingTimeInMillis(), name: context.functionName };
};
export const nothing = () => undefined;`;

/** Something that invocations can wait for, and that a test lets happen. */
function newGate() {
  const gate = join(directory, randomUUID());
  return { gate, open: () => writeFileSync(gate, '') };
}
/** A gate that nobody opens. */
const never = join(directory, 'never');

/** Time is short only where a test is about time: a busy machine takes seconds to start a thread. */
function define(name: string, more: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const file = join(directory, `${name}.mjs`);
  writeFileSync(file, code);
  return {
    name,
    arn: `arn:${name}`,
    roleArn: 'arn:role',
    file,
    handler: 'handler',
    timeoutMs: 60_000,
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
    const results = await Promise.all(Array.from({ length: 4 }, () => invoke('one', { company: 2 })));
    expect(new Set(results.map(({ thread }) => thread)).size).toBe(1);
    expect(results.map(({ most }) => most)).toEqual([2, 2, 2, 2]);
  });

  test('have several threads where they may, and share those when all are busy', async () => {
    const { invoke, pool } = setup([define('one')], { perFunction: 2 });
    const results = await Promise.all(Array.from({ length: 4 }, () => invoke('one', { company: 2 })));
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

  test.each([
    ['wait', { gate: never }],
    ['never yield', { spin: true }],
  ])('are ended when they take too long, even when they %s', async (_, event) => {
    const { invoke } = setup([define('one', { timeoutMs: 300 })]);
    const late = { type: 'Sandbox.Timedout', message: 'one: Task timed out after 0.3 seconds' };
    await expect(invoke('one', event)).rejects.toMatchObject(late);
    const again = () => invoke('one').catch((error) => error.type); // a busy machine takes longer to start the next one
    await expect.poll(again).toMatchObject({ calls: 1 });
  });

  test('that overrun do not take others with them', async () => {
    const { invoke, lines } = setup([define('one', { timeoutMs: 3_000 })]);
    const { gate, open } = newGate();
    const late = invoke('one', { gate: never, log: 'late' }).catch((error) => error.type);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const other = invoke('one', { gate, log: 'other' });
    expect(await late).toBe('Sandbox.Timedout');
    open();
    expect(await other).toMatchObject({ calls: 2 });
    expect(lines).toEqual(['one: late', 'one: other']);
  });

  test.each([
    ['exit', 'Runtime.ExitError'],
    ['crash', 'Error'],
  ])('that %s fail only their own invocations', async (how, type) => {
    const { invoke } = setup([define('one'), define('two')]);
    const { gate, open } = newGate();
    const other = invoke('two', { gate });
    await expect(invoke('one', { [how]: true, gate: never })).rejects.toMatchObject({ type });
    open();
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
    const { invoke, pool, lines } = setup([define('one')]);
    const { gate, open } = newGate();
    const old = invoke('one', { gate, log: 'under way' });
    await expect.poll(() => lines).toEqual(['one: under way']);
    pool.replace([define('one', { environment: { MARK: 'new' } })]);
    expect(await invoke('one')).toMatchObject({ env: 'new' });
    open();
    expect(await old).toMatchObject({ env: 'one' });
  });

  test('take no more work once stopped', async () => {
    const { invoke, pool } = setup([define('one')]);
    await pool.stop();
    await expect(invoke('one')).rejects.toMatchObject({ type: 'Runtime.ExitError' });
  });
});
