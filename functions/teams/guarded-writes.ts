import type { Fault } from '../runtime/fault.ts';
import { ConditionFailed, type Row, type Table, type Write } from '../runtime/table.ts';

/** What it means that a condition did not hold, seen from the row that is stored. */
export type Refusal = (stored: Row | undefined) => Fault;

/** A write of a transaction, with what it means when its condition does not hold. */
export type GuardedWrite = { write: Write; refusal?: Refusal };

/** All of the writes or none; of several conditions that do not hold, the first one speaks. */
export async function transactGuarded(table: Pick<Table, 'transact'>, writes: readonly GuardedWrite[]): Promise<void> {
  try {
    await table.transact(writes.map(({ write }) => write));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const { rows } = error;
    const place = writes.findIndex(({ refusal }, at) => refusal !== undefined && rows.has(at));
    throw writes[place]?.refusal?.(rows.get(place)) ?? error;
  }
}

/** One write, with what it means when its condition does not hold. */
export async function guarded<Result>(write: Promise<Result>, refusal: Refusal): Promise<Result> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionFailed) throw refusal(error.rows.get(0));
    throw error;
  }
}
