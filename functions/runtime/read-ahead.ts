import { AsyncLocalStorage } from 'node:async_hooks';
import type { EndpointSpec } from './contract.ts';

const waiting = new AsyncLocalStorage<Promise<unknown>>();

/** Needs that have an effect through `table.ts` and `queue.ts` only, which wait in `admitted()`, or have none. */
const waitingNeeds = new Set(['table', 'queue', 'cursor', 'plans', 'limits', 'idempotency', 'audit']);

/**
 * Whether an operation may run before its request is admitted. One that needs anything else is admitted first, and so is a
 * read that calls others: a request too many is none at a platform either.
 */
export const mayReadAhead = ({ route, needs }: Pick<EndpointSpec, 'route' | 'needs'>) =>
  (route.startsWith('GET ') && !needs.includes('hosts')) ||
  needs.every((need) => waitingNeeds.has(need.replace(/:.*/, '')));

/**
 * Runs an operation while its request is being admitted: what it reads costs no time of its own, what it changes waits
 * (decision 0010). The wait is not passed along because tools are made once for all requests; it carries nothing else.
 */
export function readAhead<Result>(admission: Promise<unknown>, run: () => Promise<Result>): Promise<Result> {
  admission.catch(() => undefined); // an operation that changes nothing never waits for it
  return waiting.run(admission, run);
}

/** Every verb with an effect begins with this. Throws what the request was refused with. */
export async function admitted(): Promise<void> {
  await waiting.getStore();
}
