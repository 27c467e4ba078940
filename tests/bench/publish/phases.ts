import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import type { BenchStack } from './bench-stack.ts';
import type { BenchLane } from './lanes.ts';
import { type BenchPost, benchPost, latenessOf, schedule } from './posts.ts';
import { processorSeconds } from './processor.ts';
import { total, type Usages } from './usage.ts';

export type Say = (step: string) => void;
export type Published = ReturnType<typeof latenessOf> & {
  usages: Usages;
  seconds: number;
  load: number;
  /** Seconds of a processor that stack, engines and sandbox took together. */
  processor: number;
};

const spreadSeconds = 60;
/** After a tick, which takes a moment itself. */
const headSeconds = 4;
const dayMs = 24 * 3600 * 1000;
const spread = (place: number, count: number) => (place * spreadSeconds) / count;

/** What the timers use in a minute without anything to do. */
export async function idleMinute({ ticks, takeUsage }: BenchStack) {
  await takeUsage();
  await ticks.next();
  const { readUnits, writeUnits, messages } = total(await takeUsage());
  return { readUnits, writeUnits, messages };
}

/** Puts posts into the table that are not due for a year. */
export function scheduleFar(bench: BenchStack, lanes: readonly BenchLane[], count: number): Promise<void> {
  const at = new Date(Date.now() + 365 * dayMs);
  return schedule(
    bench,
    eachInTurn(lanes, count, () => at),
  );
}

/** Posts of all teams, due one after the other within a minute. */
export async function fullMinute(bench: BenchStack, lanes: readonly BenchLane[], count: number): Promise<Published> {
  const start = new Date(startOfNext(bench, count) + headSeconds * 1000);
  return publishAll(
    bench,
    eachInTurn(lanes, count, (place) => addSeconds(start, spread(place, count))),
  );
}

export type Lanes = { many: readonly BenchLane[]; crowded: BenchLane; lone: BenchLane };

/** As many of all teams and as many of one account, all due at the same moment, and a single one of somebody else. */
export async function sameMoment(bench: BenchStack, { many, crowded, lone }: Lanes, count: number) {
  const at = new Date(startOfNext(bench, count) + headSeconds * 1000);
  const half = Math.ceil(count / 2);
  const due = {
    many: eachInTurn(many, half, () => at),
    crowd: eachInTurn([crowded], half, () => at),
    lone: [benchPost(lone, at)],
  };
  const published = await publishAll(bench, [...due.crowd, ...due.many, ...due.lone]);
  const arrivals = await bench.sandbox.arrivals();
  const [ofMany, ofCrowd, ofLone] = [due.many, due.crowd, due.lone].map((some) => latenessOf(some, arrivals).ms);
  return { published, many: ofMany ?? [], crowd: ofCrowd ?? [], lone: ofLone?.[0] ?? Number.POSITIVE_INFINITY };
}

const eachInTurn = (lanes: readonly BenchLane[], count: number, dueAt: (place: number) => Date): BenchPost[] =>
  Array.from({ length: count }, (_, place) => lanes[place % lanes.length]).flatMap((lane, place) =>
    lane ? benchPost(lane, dueAt(place)) : [],
  );

/** Rows take a while to be written, and must be there when the timer looks. */
const startOfNext = ({ ticks }: BenchStack, count: number) => {
  const neededMs = 15_000 + 15 * count;
  const left = ticks.comingAt() - Date.now() - neededMs;
  return ticks.comingAt(left < 0 ? Math.ceil(-left / 60_000) : 0);
};

/** What has not arrived when nothing has for so long is lost. */
const patienceSeconds = 120;
/** Asking the sandbox costs it time. */
const pollMs = 2_000;

async function publishAll(bench: BenchStack, all: readonly BenchPost[]): Promise<Published> {
  const { sandbox, takeUsage } = bench;
  await schedule(bench, all);
  const [first = 0, last = 0] = [Math.min, Math.max].map((of) => of(...all.map(({ dueAt }) => dueAt.getTime())));
  if (Date.now() > first - (headSeconds + 5) * 1000)
    throw new Error('bench: this machine is too slow to schedule so many');
  await sleep(first - (headSeconds + 5) * 1000 - Date.now()); // before the tick that tells of them
  await takeUsage();
  const usedBefore = processorSeconds(bench.stack.engineIds());
  await sleep(last - Date.now());
  const load = loadavg()[0] ?? 0;
  let found = latenessOf(all, await sandbox.arrivals());
  for (let movedAt = Date.now(); found.lost > 0 && Date.now() < movedAt + patienceSeconds * 1000; ) {
    await sleep(pollMs);
    const { lost } = found;
    found = latenessOf(all, await sandbox.arrivals());
    if (found.lost < lost) movedAt = Date.now();
  }
  await sleep(3_000); // the last are settled, told and tracked
  const processor = processorSeconds(bench.stack.engineIds()) - usedBefore;
  return { ...found, usages: await takeUsage(), seconds: (found.lastAt - first) / 1000, load, processor };
}
