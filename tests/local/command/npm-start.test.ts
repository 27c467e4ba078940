import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

const script = fileURLToPath(new URL('../../../bin/local.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'npm-start-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const run = (...args: string[]) => spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

const Ready = z.object({
  api: z.url(),
  docs: z.url(),
  platforms: z.object({ mastodon: z.url(), bluesky: z.url() }),
  demo: z.object({ email: z.email(), password: z.string(), teamId: z.string() }),
});

/** Starts the backend and reads what it prints for scripts. */
async function start() {
  const child = run('--json', '--data', dataDir);
  const errors = text(child.stderr);
  const line = await Promise.race([
    once(child.stdout, 'data').then(String),
    errors.then((said) => Promise.reject(new Error(said))),
  ]);
  return { child, ready: Ready.parse(JSON.parse(line)), errors };
}

/** Processes that this one started and that still run. */
const childrenOf = (pid: number | undefined) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(pid);
      } catch {
        return false; // ended while we looked
      }
    });
const isAlive = (pid: string) => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const linux = process.platform === 'linux';

describe.runIf(linux)('npm start', () => {
  test('runs until told to stop, leaves no process, and finds its demo user again', async () => {
    const { child, ready, errors } = await start();
    const children = childrenOf(child.pid);
    expect(children.length).toBeGreaterThan(1);
    const { email, password, teamId } = ready.demo;
    const login = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    };
    expect((await fetch(`${ready.api}/v1/auth/login`, login)).status).toBe(200);
    expect((await fetch(ready.docs)).status).toBe(200);
    for (const url of Object.values(ready.platforms)) expect((await fetch(url)).status).toBe(200);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(children.filter(isAlive)).toEqual([]);
    expect(await errors).toContain('Ctrl-C stops everything');

    const again = await start();
    expect(again.ready.demo.teamId).toBe(teamId);
    const engines = childrenOf(again.child.pid);
    again.child.kill('SIGKILL');
    await once(again.child, 'exit');
    await expect.poll(() => engines.filter(isAlive), { timeout: 5_000 }).toEqual([]);
  }, 120_000);

  test('refuses an option it does not know, and explains those it does', async () => {
    const wrong = run('--prot', '4000');
    const [said, [code]] = await Promise.all([text(wrong.stderr), once(wrong, 'exit')]);
    expect([code, said]).toEqual([2, expect.stringMatching(/Unknown option '--prot'[\s\S]*--port N/)]);
    const help = run('--help');
    const [usage, [helped]] = await Promise.all([text(help.stdout), once(help, 'exit')]);
    expect([helped, usage]).toEqual([0, expect.stringContaining('--data DIR')]);
  });
});
