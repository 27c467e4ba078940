import { addSeconds, type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { Fault } from '../runtime/fault.ts';
import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { deployedProbes, type Probes } from '../runtime/probes.ts';
import { type Dependency, operationsContract, operationsFaults } from './contract.ts';

/** Load balancers and people ask often; what they ask about must not be loaded by it. */
const keptSeconds = 5;
const patienceMs = 2_000;

type Tools = { check: () => Promise<Dependency[]> };

export async function getReadiness(_: Call<typeof operationsContract.getReadiness>, { check }: Tools) {
  const dependencies = await check();
  const failed = dependencies.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return { status: 'ready', dependencies } as const;
  const errors = dependencies.map(({ name, state, ms }) => ({
    path: name,
    code: state === 'ok' ? 'health.ready' : 'health.not_ready',
    message: `${state} after ${ms} ms`,
  }));
  throw new Fault(operationsFaults['health.not_ready'], { errors });
}

/** Asks all of them at once, and gives the same answer again for a few seconds. */
export function cachedCheck(probes: Probes, clock: Now): Tools['check'] {
  let last: { until: Date; answer: Promise<Dependency[]> } | undefined;
  return () => {
    const at = clock();
    if (!last || at >= last.until) last = { until: addSeconds(at, keptSeconds), answer: ask(probes, clock) };
    return last.answer;
  };
}

const ask = ({ table, queue, events, users }: Probes, clock: Now): Promise<Dependency[]> =>
  Promise.all(
    Object.entries({ table, queue, events, users } as const).map(async ([name, probe]) => {
      const startedAt = clock().getTime();
      const state = await withPatience(probe()).then(
        () => 'ok' as const,
        () => 'failed' as const,
      );
      return { name: name as Dependency['name'], state, ms: clock().getTime() - startedAt };
    }),
  );

function withPatience(answer: Promise<unknown>): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), patienceMs);
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}

export const handler = plainEndpoint(operationsContract.getReadiness, getReadiness, () => ({
  check: cachedCheck(deployedProbes(), now),
}));
