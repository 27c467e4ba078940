import { parseArgs } from 'node:util';
import * as z from 'zod';
import { figuresOf } from '../tests/bench/publish/figures.ts';
import { measure } from '../tests/bench/publish/measure.ts';
import { textReport } from '../tests/bench/publish/report.ts';

/**
 * Publishes many posts on the local stack and measures how late they are and what each costs; takes about five minutes.
 * `--json` ends with one line of JSON on standard output; `--strict` exits with 1 when a budget is missed, which a busy
 * machine can do too. `--burst 0 --far 0` measures the minute alone.
 */
const { values } = parseArgs({
  options: {
    posts: { type: 'string', default: '1000' },
    teams: { type: 'string', default: '50' },
    latency: { type: 'string', default: '20' },
    burst: { type: 'string', default: '2000' },
    far: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});
const Count = z.coerce.number().int().nonnegative();
const Some = Count.min(1);
const asked = z
  .object({ posts: Some, teams: Some, latency: Count, burst: Count, far: Count })
  .transform(({ latency: latencyMs, ...counts }) => ({ ...counts, latencyMs }))
  .parse(values);

const startedAt = performance.now();
const say = (step: string) =>
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${step}`);
const figures = figuresOf(await measure(asked, say));
(values.json ? console.error : console.log)(textReport(figures));
if (values.json) console.log(JSON.stringify(figures));
if (values.strict && figures.verdicts.some(({ met }) => !met)) process.exitCode = 1;
