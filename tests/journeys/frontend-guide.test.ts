import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addresses } from '../support/journey.ts';

const root = resolve(import.meta.dirname, '../..');
const totpFile = join(root, 'tests/support/totp.ts');

/** Commands that stand before the real ones: they write down each status, and stand for an app on a phone. */
const shims = {
  curl: `body=$(mktemp); "$REAL_CURL" "$@" -o "$body" -w '%{http_code}\\n%{onerror}%{errormsg}\\n' >> "$STATUSES"; cat "$body"; rm "$body"`,
  // A code works once, so each one is of the next time step.
  oathtool: `step=$(cat "$STEPS" 2>/dev/null || echo -1); echo $((step + 1)) > "$STEPS"
node -e "import('${totpFile}').then(({ totpCode }) => console.log(totpCode('\${@: -1}', $step)))"`,
  uuidgen: `node -e 'console.log(crypto.randomUUID())'`,
};

const run = promisify(execFile);

/** Runs the shell blocks of a page as one script; gives the status of each request, in their order. */
async function statusesOf(script: string): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'guide-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const realCurl = (await run('which', ['curl'])).stdout.trim();
  for (const [name, code] of Object.entries(shims)) {
    writeFileSync(join(directory, name), `#!/usr/bin/env bash\n${code}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  const statuses = join(directory, 'statuses');
  const env = {
    ...process.env,
    PATH: `${directory}:${process.env.PATH}`,
    REAL_CURL: realCurl,
    STATUSES: statuses,
    STEPS: join(directory, 'steps'),
  };
  await run('bash', ['-c', script], { env });
  return readFileSync(statuses, 'utf8').trim().split('\n');
}

describe('docs/frontend.md', () => {
  const page = readFileSync(join(root, 'docs/frontend.md'), 'utf8');
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code]) => code);

  test('shows requests that are answered as it says', async () => {
    const script = blocks
      .join('\n')
      .replaceAll('http://127.0.0.1:4000', addresses.api)
      .replaceAll('http://127.0.0.1:4101', addresses.mastodon)
      .replaceAll('http://127.0.0.1:4102', addresses.bluesky);
    const promised = [...script.matchAll(/^# (\d{3})\b/gm)].map(([, status]) => status);
    expect(promised.length).toBeGreaterThan(40);
    expect(await statusesOf(script)).toEqual(promised);
  });
});
