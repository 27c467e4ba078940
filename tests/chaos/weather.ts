import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Fates, fates } from '../../local/faults/fates.ts';
import type { FaultPlan } from '../../local/faults/fault-plan.ts';

/** Where a crash of the publisher hurts most. */
const tender = ['http:POST*', 'http:*', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:TransactWriteItems'];
const publisher = 'publishLane';
/** A minute of the schedules: it is only a clock. */
const minuteMs = 3_000;

export const calm: FaultPlan = { seed: 0, clock: { minuteMs } };

/** All that goes wrong in one round: a few certain crashes of the publisher, each at a place of its own, the rest by chance. */
export function storm(seed: number, round: number): FaultPlan {
  const fate = fates(`storm ${seed} ${round}`);
  const certain = [1, 2].map(() => ({
    in: publisher,
    at: fate.share('at') < 0.5 ? ('before' as const) : ('after' as const),
    call: tender[Math.floor(fate.share('call') * tender.length)] ?? '*',
    nth: 1 + Math.floor(fate.share('nth') * 12),
  }));
  return {
    seed: Math.floor(fate.share('seed') * 2 ** 31),
    threadsPerFunction: 8,
    kills: [
      ...certain,
      { in: publisher, at: 'after', call: 'http:POST *', chance: 0.02 },
      { in: publisher, at: 'after', call: 'http:*', chance: 0.005 },
      { in: publisher, at: 'before', call: 'dynamodb:TransactWriteItems', chance: 0.01 },
      { at: 'before', call: '*', chance: 0.0002 },
      { at: 'after', call: '*', chance: 0.0002 },
      { at: 'random', chance: 0.001, withinMs: 500 },
    ],
    calls: [
      { in: publisher, call: 'http:POST *', how: 'done_but_failed', chance: 0.1 },
      { call: '*', how: 'throttled', chance: 0.01 },
      { call: '*', how: 'failed', chance: 0.01 },
      { call: '*', how: 'done_but_failed', chance: 0.02 },
      // More than the SDK tries again.
      { call: 'dynamodb:*', how: 'failed', chance: 0.001, times: 6 },
      { call: 'dynamodb:*', how: 'done_but_failed', chance: 0.001, times: 6 },
    ],
    messages: [
      { how: 'lost', chance: 0.1 },
      { how: 'doubled', chance: 0.1, ms: 1_500 },
      { how: 'delayed', chance: 0.1 },
      { how: 'swapped', chance: 0.1, ms: 500 },
    ],
    clock: { minuteMs, freeze: { chance: 0.1, ms: minuteMs } },
  };
}

type Trouble = { kind: string; delayMs?: number; retryAfterSeconds?: number; status?: number };

const troubles: readonly Trouble[] = [
  { kind: 'drop_before' },
  { kind: 'drop_after' },
  { kind: 'drop_after' },
  { kind: 'malformed' },
  { kind: 'error', status: 500 },
  { kind: 'error', status: 503 },
  { kind: 'rate_limit', retryAfterSeconds: 1 },
  { kind: 'delay', delayMs: 400 },
];
const pauseMs = 400;

const Waiting = z.object({ items: z.array(z.unknown()) });

/** Lets platforms misbehave now and then, each at one call at a time, until the signal says stop. */
export async function troublePlatforms(
  urls: readonly string[],
  { fates: fate, signal, tell }: { fates: Fates; signal: AbortSignal; tell: (trouble: string) => void },
): Promise<void> {
  const pick = <Each>(from: readonly Each[], place: string) => from[Math.floor(fate.share(place) * from.length)];
  while (!signal.aborted) {
    await sleep(pauseMs);
    const faults = `${pick(urls, 'platform')}/sandbox/faults`;
    const { items } = Waiting.parse(await (await fetch(faults)).json());
    if (items.length > 0) continue;
    const body = JSON.stringify(pick(troubles, 'trouble'));
    tell(`${faults}: ${body}`);
    await fetch(faults, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  }
  await Promise.all(urls.map((url) => fetch(`${url}/sandbox/faults`, { method: 'DELETE' })));
}
