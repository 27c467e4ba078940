import { addSeconds, type Now, unixSeconds } from './clock.ts';
import { ConditionFailed, type Row, type Table } from './table.ts';
import type { Condition, Key } from './table-expressions.ts';

/** So many requests in so long; a bucket of `quota` tokens that fills up evenly over the window. */
export type Allowance = { name: string; quota: number; windowSeconds: number };
type State = Allowance & { remaining: number };

/** `remaining` of each allowance after this request, and how long to wait where one is used up. */
export type Admission = { allowances: State[]; retryAfterSeconds: number | undefined };

/** Tokens are taken with a blind count down while the last filling is this fresh; then the row is filled again. */
const fillEverySeconds = 10;
/** Of several requests that fill at once, one wins; the others count down from what it wrote. */
const tries = 4;

/**
 * Token buckets, each a row that holds the tokens of all its allowances: one conditional update for a request, and a
 * second one every ten seconds to fill up. Refuses nothing it cannot count: a failure is the caller's to let pass.
 */
export function tokenBuckets(table: Table, now: Now) {
  async function take(key: Key, allowances: readonly Allowance[]): Promise<Admission> {
    const at = now();
    for (let left = tries; left > 0; left--) {
      const row = await countDown(table, key, allowances, at).catch(rowOfRefusal);
      if (row?.counted) return admission(allowances, row.counted);
      const filled = fill(allowances, row?.stored, at);
      const retryAfterSeconds = waitFor(allowances, filled);
      if (retryAfterSeconds !== undefined) return { ...admission(allowances, filled), retryAfterSeconds };
      const taken = Object.fromEntries(allowances.map(({ name }) => [name, (filled[name] ?? 0) - 1]));
      const next = {
        ...key,
        entity: 'bucket',
        v: 1,
        ...taken,
        filledAt: at.getTime(),
        expiresAt: fullAt(allowances, at),
      };
      const isMine = await table.put(next, unchanged(row?.stored)).then(() => true, isLost);
      if (isMine) return admission(allowances, taken);
    }
    throw new Error('the bucket never held still');
  }

  return {
    take,
    /** Forgets a request that was counted, unless the bucket has filled up since. */
    async giveBack(key: Key, allowances: readonly Allowance[]): Promise<void> {
      const back = Object.fromEntries(allowances.map(({ name }) => [name, 1]));
      const room = Object.fromEntries(allowances.map(({ name, quota }) => [name, { atMost: quota - 1 }]));
      await table.update(key, { add: back }, room).catch(isLost);
    },
  };
}

/** By then a bucket that nobody took from is full, like one that is not there: its row may go. */
const fullAt = (allowances: readonly Allowance[], at: Date) =>
  unixSeconds(at) + fillEverySeconds + Math.max(...allowances.map(({ windowSeconds }) => windowSeconds));

async function countDown(table: Table, key: Key, allowances: readonly Allowance[], at: Date) {
  const names = allowances.map(({ name }) => name);
  const freshest = addSeconds(at, -fillEverySeconds).getTime();
  const counted = await table.update(
    key,
    { add: Object.fromEntries(names.map((name) => [name, -1])) },
    { filledAt: { atLeast: freshest }, ...Object.fromEntries(names.map((name) => [name, { atLeast: 1 }])) },
  );
  return { counted: numbers(counted), stored: counted };
}

function rowOfRefusal(error: unknown): { counted: undefined; stored: Row | undefined } {
  if (error instanceof ConditionFailed) return { counted: undefined, stored: error.rows.get(0) };
  throw error;
}

const isLost = (error: unknown) => {
  if (error instanceof ConditionFailed) return false;
  throw error;
};

/** Requests counted between the read and this write are forgotten: a handful every ten seconds, in the caller's favour. */
const unchanged = (stored: Row | undefined): Condition =>
  stored ? { filledAt: Number(stored.filledAt) } : { pk: 'absent' };

type Tokens = Record<string, number>;

/** The tokens after what has flowed in since the row was last filled; a new bucket, and a new allowance, is full. */
function fill(allowances: readonly Allowance[], stored: Row | undefined, at: Date): Tokens {
  const seconds = Math.max(0, (at.getTime() - Number(stored?.filledAt ?? 0)) / 1000);
  const old = stored ? numbers(stored) : {};
  return Object.fromEntries(
    allowances.map(({ name, quota, windowSeconds }) => {
      const left = old[name];
      return [name, left === undefined ? quota : Math.min(quota, left + (seconds * quota) / windowSeconds)];
    }),
  );
}

function waitFor(allowances: readonly Allowance[], tokens: Tokens): number | undefined {
  const waits = allowances
    .filter(({ name }) => (tokens[name] ?? 0) < 1)
    .map(({ name, quota, windowSeconds }) => ((1 - (tokens[name] ?? 0)) * windowSeconds) / quota);
  return waits.length > 0 ? Math.ceil(Math.max(...waits)) : undefined;
}

const admission = (allowances: readonly Allowance[], tokens: Tokens): Admission => ({
  allowances: allowances.map((allowance) => ({
    ...allowance,
    remaining: Math.max(0, Math.floor(tokens[allowance.name] ?? 0)),
  })),
  retryAfterSeconds: undefined,
});

/** The token counts of a row: its numbers, but for its version and its times. */
const numbers = ({ v: _, filledAt: __, expiresAt: ___, ...row }: Row): Tokens =>
  Object.fromEntries(Object.entries(row).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
