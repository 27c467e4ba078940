import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { checkRule } from './check-rule.ts';
import { schedulingContract } from './contract.ts';
import { nextOf } from './next-of.ts';
import { upcoming } from './recurrence.ts';

type Tools = { now: Now };

export function previewRecurrence({ body }: Call<typeof schedulingContract.previewRecurrence>, tools: Tools) {
  const { rule, limit } = body;
  const now = tools.now();
  const total = checkRule(rule, now).length;
  const next = nextOf(upcoming([{ rule, from: null, before: null }], now), limit);
  return { items: next.map(({ at, ...one }) => ({ ...one, publishAt: at.toISOString() })), total };
}

export const handler = endpoint(schedulingContract.previewRecurrence, previewRecurrence, () => ({ now }));
