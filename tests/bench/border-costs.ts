import * as z from 'zod';
import { type Border, deployedBorder } from '../../functions/runtime/border.ts';
import { addSeconds, now } from '../../functions/runtime/clock.ts';
import { requestLimits } from '../../functions/runtime/request-limits.ts';
import { totalOf } from './capacity.ts';
import type { Operation } from './operation.ts';
import { median, percentile, rounded } from './percentile.ts';
import { isOfTable, type SdkCall, withCalls } from './sdk-calls.ts';
import { waves } from './waves.ts';

/** What one operation takes: milliseconds, calls of DynamoDB, how many of them one after the other, and units. */
const Taken = z.object({
  p50: z.number(),
  p95: z.number(),
  calls: z.number(),
  inRow: z.number(),
  readUnits: z.number(),
  writeUnits: z.number(),
});
export const BorderCost = z.object({
  operation: z.string(),
  kind: z.enum(['read', 'write', 'blind write']),
  without: Taken,
  with: Taken,
});
export type BorderCost = z.infer<typeof BorderCost>;

/** A write is blind when its operation reads nothing before it: nothing of it can go beside the counting. */
export type BorderOperation = Operation & { kind: BorderCost['kind'] };

const idle: Border = {
  limits: { take: async () => ({ allowances: [], retryAfterSeconds: undefined }) },
  attempts: { take: async () => undefined, giveBack: async () => undefined },
  idempotency: { take: async () => ({ settle: async () => undefined }) },
  audit: { take: async () => undefined },
};

/** Requests as far apart as people make them; back to back a bucket would hardly ever be filled up. */
const secondsBetween = 90;

/** What is deployed, at the pace of people. */
export function pacedBorder(): Border {
  let at = now();
  const pace = () => {
    at = addSeconds(at, secondsBetween);
    return at;
  };
  return { ...deployedBorder(), limits: requestLimits(undefined, pace) };
}

type Run = { ms: number; calls: SdkCall[] };
type Rounds = { warm: number; measured: number };

/** The same handler in turn with and without its border, so that a busy moment hits both. */
export async function borderCost(operation: BorderOperation, border: Border, rounds: Rounds): Promise<BorderCost> {
  const bare: Run[] = [];
  const bordered: Run[] = [];
  const runOn = async (on: Border) => {
    Object.assign(deployedBorder(), on);
    return runOnce(operation);
  };
  for (let round = 0; round < rounds.warm + rounds.measured; round++) {
    const isFirst = round % 2 === 0;
    if (isFirst) bare.push(await runOn(idle));
    bordered.push(await runOn(border));
    if (!isFirst) bare.push(await runOn(idle));
  }
  const { name, kind } = operation;
  return { operation: name, kind, without: taken(bare.slice(rounds.warm)), with: taken(bordered.slice(rounds.warm)) };
}

async function runOnce({ prepare, run }: Operation): Promise<Run> {
  const subject = (await prepare?.()) ?? '';
  const startedAt = performance.now();
  const { calls } = await withCalls(() => run(subject));
  return { ms: performance.now() - startedAt, calls: calls.filter(isOfTable) };
}

/** Units are means, since a bucket is filled up now and then only. */
function taken(runs: readonly Run[]): z.infer<typeof Taken> {
  const { read, write } = totalOf(runs.flatMap(({ calls }) => calls.map(({ consumed }) => consumed)));
  const times = runs.map(({ ms }) => ms);
  return {
    p50: rounded(median(times)),
    p95: rounded(percentile(times, 0.95)),
    calls: median(runs.map(({ calls }) => calls.length)),
    inRow: median(runs.map(({ calls }) => waves(calls).length)),
    readUnits: rounded(read / runs.length),
    writeUnits: rounded(write / runs.length),
  };
}
