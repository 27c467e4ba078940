import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Use } from '../../local/front-door/usage.ts';
import type { LocalStack } from '../../local/stack.ts';
import { type Grant, readGrants } from './grants.ts';

const TalliedGrant = z.object({
  function: z.string(),
  action: z.string(),
  resource: z.string(),
  condition: z.string().optional(),
  calls: z.number(),
});
const Refusal = z.object({ function: z.string(), action: z.string(), resource: z.string(), refused: z.number() });
export type TalliedGrant = z.infer<typeof TalliedGrant>;

/** Every grant with how often it was needed, and every call that no grant allowed. */
export const Tally = z.object({ grants: z.array(TalliedGrant), refusals: z.array(Refusal) });
export type Tally = z.infer<typeof Tally>;

/**
 * Where a grant for some rows fits, one for all of them was not needed: so what is granted too widely shows.
 */
function tally(grants: readonly Grant[], uses: readonly Use[]): Tally {
  const calls = new Map<Grant, number>();
  for (const use of uses) {
    const fitting = grants.filter((grant) => grant.function === use.function && grant.fits(use));
    const narrow = fitting.filter(({ condition }) => condition !== undefined);
    for (const grant of narrow.length > 0 ? narrow : fitting) calls.set(grant, (calls.get(grant) ?? 0) + use.calls);
  }
  return Tally.parse({
    grants: grants.map((grant) => ({ ...grant, calls: calls.get(grant) ?? 0 })),
    refusals: uses.filter(({ refused }) => refused > 0),
  });
}

/** Written where a stack is about to stop, for those who come after it. */
export function writeTally(file: string, { resources, usage }: Pick<LocalStack, 'resources' | 'usage'>): void {
  writeFileSync(file, JSON.stringify(tally(readGrants(resources), usage.uses())));
}
