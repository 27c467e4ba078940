import type { BundleSizes } from './bundles.ts';
import type { LoadTimes } from './load-times.ts';
import type { OperationTimes } from './operation-times.ts';
import { rounded } from './percentile.ts';
import type { StartAndMemory } from './start-and-memory.ts';

export type Measured = { bundles: BundleSizes; load: LoadTimes; api: OperationTimes[] } & StartAndMemory;
/** `of` names what came worst, where a budget is about many. */
export type Budget = { name: string; limit: number; value: number; met: boolean; of?: string };

const kilobyte = 1000;

/** What design and issue allow. */
export function budgets({ bundles, load, api, stackMb, readyMs }: Measured): Budget[] {
  const reads = api.filter(({ isRead }) => isRead);
  const writes = api.filter(({ isRead }) => !isRead);
  return [
    budget('bytes of the largest endpoint bundle', 450 * kilobyte, bundles.maxEndpoint),
    budget('load time of an endpoint over the bare handler', 1.5, load.ratio),
    worst('DynamoDB calls in a row, read', 2, reads, ({ roundTrips }) => roundTrips),
    worst('DynamoDB calls in a row, write', 3, writes, ({ roundTrips }) => roundTrips),
    worst('own time over what is allowed of it', 1, api, (times) => rounded(ownMs(times) / allowedMs(times))),
    worst('p95 in ms', 50, api, ({ p95 }) => p95),
    worst('slowest call in ms', 200, api, ({ max }) => max),
    budget('memory of the local stack in MB', 600, stackMb),
    budget('start to ready in ms', 15_000, readyMs),
  ];
}

/** What our own code takes above the SDK calls, and the greater of 2 ms and a quarter of those. */
const ownMs = ({ p50, bareP50 }: OperationTimes) => Math.max(0, p50 - bareP50);
const allowedMs = ({ bareP50 }: OperationTimes) => Math.max(2, bareP50 / 4);

const budget = (name: string, limit: number, value: number): Budget => ({ name, limit, value, met: value <= limit });

function worst(name: string, limit: number, all: readonly OperationTimes[], value: (one: OperationTimes) => number) {
  const [first] = all.toSorted((one, other) => value(other) - value(one));
  return { ...budget(name, limit, first ? value(first) : 0), of: first?.operation };
}
