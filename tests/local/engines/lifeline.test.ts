import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startChildServer } from '../../../local/engines/child-server.ts';
import { startLifeline } from '../../../local/engines/lifeline.ts';

const lifelineFile = fileURLToPath(new URL('../../../local/engines/lifeline.ts', import.meta.url));
const serverFile = fileURLToPath(new URL('../../../local/engines/child-server.ts', import.meta.url));

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A process that starts one child, tells its number, and then does as told. */
async function parent(then: string) {
  const script = `
    import { startLifeline } from ${JSON.stringify(lifelineFile)};
    import { startChildServer } from ${JSON.stringify(serverFile)};
    const lifeline = startLifeline();
    await startChildServer({ command: 'sh', args: ['-c', 'echo ready; exec sleep 60'], announces: /(ready)/ }, lifeline);
    console.log(lifeline.pids()[0]);
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, pid: Number(line) };
}

describe('the lifeline', () => {
  test('ends children of a parent that was killed without a word', async () => {
    const { child, pid } = await parent('setInterval(() => {}, 1000);');
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  test.each([
    ['exits', 'setTimeout(() => process.exit(0), 50);'],
    ['crashes', 'setTimeout(() => { throw new Error("expected by the test"); }, 50);'],
    ['releases it', 'await lifeline.release();'],
  ])('ends children of a parent that %s', async (_, then) => {
    const { pid } = await parent(then);
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  test('leaves a process alone that has the number of a child that ended', async () => {
    const bystander = spawn('sleep', ['60']);
    const pid = bystander.pid ?? 0;
    const { child, pid: held } = await parent(`
      import { EventEmitter } from 'node:events';
      const ended = Object.assign(new EventEmitter(), { pid: ${pid}, kill: () => undefined });
      lifeline.hold(ended);
      ended.emit('exit');
      setInterval(() => {}, 1000);`);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(held)).toBe(false);
    // The watcher kills twice, a second apart.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(isAlive(pid)).toBe(true);
    bystander.kill();
  });

  test('forces a child that does not want to end', async () => {
    const lifeline = startLifeline();
    const stubborn = `process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000);`;
    await startChildServer({ command: process.execPath, args: ['-e', stubborn], announces: /(ready)/ }, lifeline);
    const [pid = 0] = lifeline.pids();
    await lifeline.release();
    expect(isAlive(pid)).toBe(false);
  });
});

describe('a child server', () => {
  test('that ends at once says why', async () => {
    const lifeline = startLifeline();
    const broken = startChildServer(
      { command: 'sh', args: ['-c', 'echo no luck >&2; exit 3'], announces: /(x)/ },
      lifeline,
    );
    await expect(broken).rejects.toThrow(/ended with 3: no luck/);
    const missing = startChildServer({ command: 'no-such-command', args: [], announces: /(x)/ }, lifeline);
    await expect(missing).rejects.toThrow('no-such-command does not start');
    await lifeline.release();
  });
});
