import * as z from 'zod';
import { newId } from '../../functions/runtime/ids.ts';
import { madeId } from './made-id.ts';
import type { Operation } from './operation.ts';
import { median, percentile, rounded } from './percentile.ts';
import { bareCalls, isOfTable, type SdkCall, withCalls } from './sdk-calls.ts';
import { waves } from './waves.ts';

/** Milliseconds inside the function, and of the same SDK calls alone. */
export const OperationTimes = z.object({
  operation: z.string(),
  isRead: z.boolean(),
  p50: z.number(),
  p95: z.number(),
  max: z.number(),
  bareP50: z.number(),
  /** How many calls of DynamoDB wait for each other, one after the other; and of all services. */
  roundTrips: z.number(),
  allRoundTrips: z.number(),
});
export type OperationTimes = z.infer<typeof OperationTimes>;

type Example = { subject: string; calls: SdkCall[] };

/**
 * Times an operation and the SDK calls that an earlier run of it made, in turn. The calls are made on a subject of their
 * own, so that every condition in them holds as it did for the operation.
 */
export async function operationTimes(operation: Operation, rounds: { warm: number; measured: number }) {
  let example = await runOnce(operation);
  for (let round = 1; round < rounds.warm; round++) {
    await runBare(operation, example);
    example = await runOnce(operation);
  }
  const times: number[] = [];
  const bare: number[] = [];
  const recorded: SdkCall[][] = [];
  for (let round = 0; round < rounds.measured; round++) {
    if (round % 2 === 0) bare.push(await runBare(operation, example));
    const { ms, calls } = await runOnce(operation);
    times.push(ms);
    recorded.push(calls);
    if (round % 2 === 1) bare.push(await runBare(operation, example));
  }
  return figures(operation, { times, bare, recorded });
}

async function runOnce({ prepare, run }: Operation): Promise<Example & { ms: number }> {
  const prepared = (await prepare?.()) ?? '';
  const startedAt = performance.now();
  const { result: body, calls } = await withCalls(() => run(prepared));
  const ms = performance.now() - startedAt;
  return { subject: prepared || madeId(body), calls, ms };
}

async function runBare({ prepare }: Operation, { subject, calls }: Example): Promise<number> {
  const other = (await prepare?.()) ?? newId('post');
  const run = bareCalls(calls, (text) => (subject.startsWith('post_') ? text.replaceAll(subject, other) : text));
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

type Taken = { times: number[]; bare: number[]; recorded: SdkCall[][] };

const figures = ({ name, isRead }: Operation, { times, bare, recorded }: Taken): OperationTimes => ({
  operation: name,
  isRead,
  p50: rounded(median(times)),
  p95: rounded(percentile(times, 0.95)),
  max: rounded(Math.max(...times)),
  bareP50: rounded(median(bare)),
  roundTrips: median(recorded.map((calls) => waves(calls.filter(isOfTable)).length)),
  allRoundTrips: median(recorded.map((calls) => waves(calls).length)),
});
