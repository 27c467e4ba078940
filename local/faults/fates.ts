import { createHash } from 'node:crypto';

type Odds = { chance: number; nth?: number | undefined; times: number };

/**
 * Chance that can be played again: with the same seed, the n-th pass at a place meets the same fate, whatever happens
 * elsewhere meanwhile. Which message or call is the n-th may differ where several race.
 */
export function fates(seed: string) {
  const passes = new Map<string, number>();
  const strikesLeft = new Map<string, number>();
  const pass = (place: string) => {
    const count = (passes.get(place) ?? 0) + 1;
    passes.set(place, count);
    return count;
  };
  const share = (place: string, count: number) =>
    createHash('sha256').update(`${seed} ${place} ${count}`).digest().readUInt32BE() / 2 ** 32;

  return {
    /** From 0 up to 1. */
    share: (place: string) => share(place, pass(place)),
    strikes(place: string, { chance, nth, times }: Odds): boolean {
      const count = pass(place);
      const isBegun = count === nth || share(place, count) < chance;
      const left = isBegun ? times : (strikesLeft.get(place) ?? 0);
      strikesLeft.set(place, left - 1);
      return left > 0;
    },
  };
}
export type Fates = ReturnType<typeof fates>;

/** Whether a call is one that a rule names; a star in the rule stands for anything. */
export function isCall(rule: string, call: string): boolean {
  const parts = rule.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(call);
}
