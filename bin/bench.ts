import { parseArgs } from 'node:util';
import { BorderCost } from '../tests/bench/border-costs.ts';
import { budgets, type Measured } from '../tests/bench/budgets.ts';
import { buildAll, bundleSizes } from '../tests/bench/bundles.ts';
import { loadTimes } from '../tests/bench/load-times.ts';
import { OperationTimes } from '../tests/bench/operation-times.ts';
import { type Measure, onQuietStack } from '../tests/bench/quiet-stack.ts';
import { jsonReport, textReport } from '../tests/bench/report.ts';
import { startAndMemory } from '../tests/bench/start-and-memory.ts';

/**
 * Measures bundles, load, operations, start and memory against their budgets. `--json` ends with one line of JSON on
 * standard output; `--strict` exits with 1 when a budget is missed, which a busy machine can do too.
 */
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({ options: { json: flag, strict: flag } });
const startedAt = performance.now();
const say = (step: string) =>
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${step}`);

const measured = await measure();
const all = budgets(measured);
(values.json ? console.error : console.log)(textReport(measured, all));
if (values.json) console.log(jsonReport(measured, all));
if (values.strict && all.some(({ met }) => !met)) process.exitCode = 1;

async function measure(): Promise<Measured> {
  say('bundling every function and the bare handler');
  await using built = await buildAll();
  say('loading bundles in fresh processes');
  const bundles = await bundleSizes(built);
  const load = await loadTimes(built, ['createPost', 'getPost'], 21);
  say('starting the local stack');
  const start = await startAndMemory(say);
  return { bundles, load, ...start, ...(await onQuietStack(operations)) };
}

async function operations(measure: Measure) {
  say('calling operations');
  const api = await measure({
    script: new URL('../tests/bench/api-process.ts', import.meta.url),
    rounds: 60,
    told: OperationTimes,
    onTold: ({ operation, p50, bareP50 }) => say(`${operation}: ${p50} ms, bare ${bareP50} ms`),
  });
  say('calling operations with and without their border');
  const border = await measure({
    script: new URL('../tests/bench/border-process.ts', import.meta.url),
    rounds: 60,
    told: BorderCost,
    onTold: (cost) => say(`${cost.operation}: ${cost.with.p50} ms, without ${cost.without.p50} ms`),
  });
  return { api, border };
}
