import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from '../tests/chaos/run-chaos.ts';

/**
 * Publishes posts under all kinds of faults and proves that each came out once: `--posts N --seed S`. `--json` ends with
 * one line of JSON on standard output. Exits with 1 when a post is doubled, lost or told as published without being
 * there. Then, with `--keep`, and where a question was left open that could have been answered, the log of all faults and
 * the data stay. A seed repeats what is planned; which of several racing calls meets it may differ from run to run.
 */
const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({
  options: { posts: { ...text, default: '100' }, seed: { ...text, default: '1' }, json: flag, keep: flag },
});
const startedAt = performance.now();
const seconds = () => (performance.now() - startedAt) / 1000;
const directory = mkdtempSync(join(tmpdir(), 'clientnest-chaos-'));
const log = join(directory, 'chaos.log');
const tell = (line: string) => appendFileSync(log, `${seconds().toFixed(3).padStart(9)} s  ${line}\n`);
const say = (step: string) => {
  tell(step);
  console.error(`${seconds().toFixed(1).padStart(6)} s  ${step}`);
};

const wanted = { posts: Number(values.posts), seed: Number(values.seed) };
const { findings, ...counts } = await runChaos({ ...wanted, directory, tell, say });
for (const { kind, what } of findings) console.error(`${kind}  ${what}`);
const isRight = counts.duplicated + counts.lost === 0;
if (isRight && counts.falseUnconfirmed === 0 && !values.keep) rmSync(directory, { recursive: true });
else console.error(`seed ${wanted.seed}: what happened is in ${log}, the table beside it`);
const result = { ...counts, seconds: Math.round(seconds()) };
console.log(values.json ? JSON.stringify(result) : result);
process.exitCode = isRight ? 0 : 1;
