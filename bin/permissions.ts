import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { judged, textReport } from '../tests/permissions/report.ts';
import { Tally } from '../tests/permissions/tally.ts';

/**
 * Runs the journeys and holds what each function did against what its role allows. Exits with 1 when a grant was neither
 * used nor explained, or a call was refused.
 */
const project = resolve(import.meta.dirname, '..');
const directory = await mkdtemp(join(tmpdir(), 'clientnest-permissions-'));
const file = join(directory, 'tally.json');
try {
  const failed = await runJourneys();
  const result = judged(Tally.parse(JSON.parse(await readFile(file, 'utf8'))));
  console.log(textReport(result));
  const isLeast = result.unexplained.length + result.refusals.length + result.idle.length === 0;
  process.exitCode = isLeast && !failed ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Without those that run functions elsewhere: in the test's own process, or on a stack of their own. */
async function runJourneys(): Promise<boolean> {
  const vitest = join(project, 'node_modules/vitest/vitest.mjs');
  const others = ['fuzz', 'chaos'].flatMap((name) => ['--exclude', `tests/journeys/${name}.test.ts`]);
  const args = ['run', '--project', 'journeys', ...others, '--reporter', 'dot'];
  const child = spawn(process.execPath, [vitest, ...args, ...process.argv.slice(2)], {
    cwd: project,
    env: { ...process.env, PERMISSIONS_FILE: file },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  return code !== 0;
}
