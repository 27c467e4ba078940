import type { BorderCost } from './border-costs.ts';
import type { BundleSizes } from './bundles.ts';
import type { LoadTimes } from './load-times.ts';
import type { OperationTimes } from './operation-times.ts';
import { rounded } from './percentile.ts';
import type { StartAndMemory } from './start-and-memory.ts';

export type Measured = {
  bundles: BundleSizes;
  load: LoadTimes;
  api: OperationTimes[];
  border: BorderCost[];
} & StartAndMemory;
/** `of` names what came worst, where a budget is about many. */
export type Budget = { name: string; limit: number; value: number; met: boolean; of?: string };

const kilobyte = 1000;

/** What design and issue allow. */
export function budgets({ bundles, load, api, border, stackMb, readyMs }: Measured): Budget[] {
  const reads = api.filter(({ isRead }) => isRead);
  const writes = api.filter(({ isRead }) => !isRead);
  const ofKind = (kind: BorderCost['kind']) => border.filter((one) => one.kind === kind);
  return [
    budget('bytes of the largest endpoint bundle', 450 * kilobyte, bundles.maxEndpoint),
    budget('load time of an endpoint over the bare handler', 1.5, load.ratio),
    worst('DynamoDB calls in a row, read', 2, reads, ({ roundTrips }) => roundTrips),
    // Three of its own and one of its border.
    worst('DynamoDB calls in a row, write', 4, writes, ({ roundTrips }) => roundTrips),
    worst('calls in a row added by the border, read', 0, ofKind('read'), addedInRow),
    worst('calls in a row added by the border, write', 1, ofKind('write'), addedInRow),
    // Decision 0010: what is counted before it and audited after it waits for both.
    worst('calls in a row added by the border, blind write', 2, ofKind('blind write'), addedInRow),
    worst('own time over what is allowed of it', 1, api, (times) => rounded(ownMs(times) / allowedMs(times))),
    worst('p95 in ms', 50, api, ({ p95 }) => p95),
    worst('slowest call in ms', 200, api, ({ max }) => max),
    budget('memory of the local stack in MB', 600, stackMb),
    budget('start to ready in ms', 15_000, readyMs),
  ];
}

const addedInRow = (cost: BorderCost) => cost.with.inRow - cost.without.inRow;

/** What our own code takes above the SDK calls, and the greater of 2 ms and a quarter of those. */
const ownMs = ({ p50, bareP50 }: OperationTimes) => Math.max(0, p50 - bareP50);
const allowedMs = ({ bareP50 }: OperationTimes) => Math.max(2, bareP50 / 4);

const budget = (name: string, limit: number, value: number): Budget => ({ name, limit, value, met: value <= limit });

function worst<One extends { operation: string }>(
  name: string,
  limit: number,
  all: readonly One[],
  value: (one: One) => number,
) {
  const [first] = all.toSorted((one, other) => value(other) - value(one));
  return { ...budget(name, limit, first ? value(first) : 0), of: first?.operation };
}
