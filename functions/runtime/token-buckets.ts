import { type Now, unixSeconds } from './clock.ts';
import { ConditionFailed, type Row, type Table } from './table.ts';
import type { Condition, Key } from './table-expressions.ts';

/** So many requests in so long; a bucket of `quota` tokens that fills up evenly over the window. */
export type Allowance = { name: string; quota: number; windowSeconds: number };
type State = Allowance & { remaining: number };

/**
 * `remaining` of each allowance after this request, and how long to wait where one is used up. `fillUp` is there when the
 * row should be written again; whether the request may go on does not hang on it.
 */
export type Admission = {
  allowances: State[];
  retryAfterSeconds: number | undefined;
  fillUp?: () => Promise<void>;
};

/**
 * What flows in is written down when it is this part of a quota, and until then tokens are only counted down. So a full
 * bucket may let through this much more than its quota at once, though never more than the quota and what flows in.
 */
const unwrittenPart = 1 / 20;
/** Of several requests that write a row anew at once, one wins; the others count down from what it wrote. */
const tries = 4;

/**
 * Token buckets, each a row that holds the tokens of all its allowances: one conditional update for a request, and now and
 * then a second one to fill up. Refuses nothing it cannot count: a failure is the caller's to let pass.
 */
export function tokenBuckets(table: Table, now: Now) {
  async function take(key: Key, allowances: readonly Allowance[]): Promise<Admission> {
    const at = now();
    for (let left = tries; left > 0; left--) {
      const { counted, stored } = await countDown(table, key, allowances).catch(rowOfRefusal);
      if (counted) return admission(key, allowances, { counted, at });
      const filled = fill(allowances, stored, at);
      const retryAfterSeconds = waitFor(allowances, filled);
      if (retryAfterSeconds !== undefined) return { allowances: told(allowances, filled), retryAfterSeconds };
      const taken = each(allowances, ({ name }) => amount(filled, name) - 1);
      const row = { ...key, entity: 'bucket', v: 1, ...taken, ...writtenAt(allowances, at) };
      const isMine = await table.put(row, unchanged(stored)).then(() => true, isLost);
      if (isMine) return { allowances: told(allowances, taken), retryAfterSeconds: undefined };
    }
    throw new Error('the bucket never held still');
  }

  /** As if the row had been filled up before the token was taken. */
  function admission(
    key: Key,
    allowances: readonly Allowance[],
    { counted, at }: { counted: Row; at: Date },
  ): Admission {
    const before = each(allowances, ({ name }) => amount(counted, name) + 1);
    const filled = fill(allowances, { ...counted, ...before }, at);
    const add = each(allowances, ({ name }) => amount(filled, name) - amount(before, name));
    const result = {
      allowances: told(
        allowances,
        each(allowances, ({ name }) => amount(filled, name) - 1),
      ),
      retryAfterSeconds: undefined,
    };
    if (allowances.every(({ name, quota }) => Math.abs(amount(add, name)) < quota * unwrittenPart)) return result;
    const change = { add, set: writtenAt(allowances, at) };
    return {
      ...result,
      async fillUp() {
        await table.update(key, change, unchanged(counted)).catch(isLost);
      },
    };
  }

  return {
    take,
    /** Forgets a request that was counted, unless the bucket has filled up since. */
    async giveBack(key: Key, allowances: readonly Allowance[]): Promise<void> {
      const room = each(allowances, ({ quota }) => ({ atMost: quota - 1 }));
      await table.update(key, { add: each(allowances, () => 1) }, room).catch(isLost);
    },
  };
}

type Tokens = Record<string, number>;

const each = <Value>(allowances: readonly Allowance[], value: (one: Allowance) => Value): Record<string, Value> =>
  Object.fromEntries(allowances.map((one) => [one.name, value(one)]));

const amount = (tokens: Row | Tokens, name: string) => Number(tokens[name] ?? 0);

/** When the row was written, and when it may go: by then a bucket that nobody took from is full, like one that is not there. */
function writtenAt(allowances: readonly Allowance[], at: Date) {
  const longest = Math.max(...allowances.map(({ windowSeconds }) => windowSeconds));
  return { filledAt: at.getTime(), expiresAt: unixSeconds(at) + Math.ceil(longest * (1 + unwrittenPart)) };
}

type CountedDown = { counted: Row | undefined; stored: Row | undefined };

async function countDown(table: Table, key: Key, allowances: readonly Allowance[]): Promise<CountedDown> {
  const oneLess = each(allowances, () => -1);
  const oneLeft = each(allowances, () => ({ atLeast: 1 }));
  const counted = await table.update(key, { add: oneLess }, oneLeft);
  return { counted, stored: counted };
}

function rowOfRefusal(error: unknown): CountedDown {
  if (error instanceof ConditionFailed) return { counted: undefined, stored: error.rows.get(0) };
  throw error;
}

const isLost = (error: unknown) => {
  if (error instanceof ConditionFailed) return false;
  throw error;
};

const unchanged = (stored: Row | undefined): Condition =>
  stored ? { filledAt: amount(stored, 'filledAt') } : { pk: 'absent' };

/** The tokens after what has flowed in since the row was last filled; a new bucket, and a new allowance, is full. */
function fill(allowances: readonly Allowance[], stored: Row | undefined, at: Date): Tokens {
  const seconds = Math.max(0, (at.getTime() - amount(stored ?? {}, 'filledAt')) / 1000);
  return each(allowances, ({ name, quota, windowSeconds }) =>
    stored?.[name] === undefined ? quota : Math.min(quota, amount(stored, name) + (seconds * quota) / windowSeconds),
  );
}

function waitFor(allowances: readonly Allowance[], tokens: Tokens): number | undefined {
  const waits = allowances
    .filter(({ name }) => amount(tokens, name) < 1)
    .map(({ name, quota, windowSeconds }) => ((1 - amount(tokens, name)) * windowSeconds) / quota);
  return waits.length > 0 ? Math.ceil(Math.max(...waits)) : undefined;
}

const told = (allowances: readonly Allowance[], tokens: Tokens): State[] =>
  allowances.map((allowance) => ({
    ...allowance,
    remaining: Math.max(0, Math.floor(amount(tokens, allowance.name))),
  }));
