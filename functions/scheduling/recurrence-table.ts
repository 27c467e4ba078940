import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { type DueIndex, dueIndex, notDue } from '../runtime/due-index.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Row, type Table, type Write } from '../runtime/table.ts';
import { recurrenceFaults } from './contract.ts';
import { StoredRecurrence } from './recurrence.ts';

// One recurrence      pk TEAM#<team>  sk RECUR#<recurrence>
// … of a team         pk TEAM#<team>  sk begins RECUR#   ids are time-ordered: newest first is a reverse read
// … with work to do   gsi1 (runtime/due-index.ts), kind RECUR
type Ref = Pick<StoredRecurrence, 'teamId' | 'id'>;
const rowKey = ({ teamId, id }: Ref) => ({ pk: `TEAM#${teamId}`, sk: `RECUR#${id}` });

/** One with work to do, as the index names it. */
export type DueRecurrence = Ref & { dueAt: string };

/** The team changed it while something was done for it by its older form. */
export class RecurrenceChanged extends Error {
  constructor(options?: ErrorOptions) {
    super('the recurrence was changed meanwhile', options);
  }
}

/** Holds while the team has not changed it: in the transactions of what is done for it. */
export const unchanged = (recurrence: StoredRecurrence): Write => ({
  check: rowKey(recurrence),
  if: { revision: recurrence.revision },
});

/** How long a recurrence that has ended can be looked at. */
const endedKeptSeconds = 90 * 24 * 3600;

/** What a look at a recurrence came to; `dueAt`: when to look again, undefined when there is nothing more to do. */
export type Progress = Pick<StoredRecurrence, 'lookedAt' | 'sweepFrom' | 'state'> & { dueAt: Date | undefined };
type Change = Partial<Pick<StoredRecurrence, 'parts' | 'state' | 'sweepFrom'>>;
type Moment = { now: Date; expected: number | undefined };

/** More changes of one recurrence than come together. */
const changeTries = 5;

export function recurrenceTable(table: Table = dynamoTable(), due: DueIndex = dueIndex('RECUR')) {
  const dueKeys = ({ id }: Ref, at: Date | undefined) => (at ? due.keys(id, at.toISOString()) : notDue);

  const find = async (ref: Ref): Promise<StoredRecurrence | undefined> =>
    StoredRecurrence.optional().parse(await table.get(rowKey(ref)));

  async function load(teamId: string, id: string): Promise<StoredRecurrence> {
    const recurrence = await find({ teamId, id });
    if (!recurrence) throw new Fault(recurrenceFaults['recurrence.not_found']);
    return recurrence;
  }

  return {
    shards: due.shards,
    async insert(recurrence: StoredRecurrence, dueAt: Date): Promise<void> {
      const keys = { ...rowKey(recurrence), ...dueKeys(recurrence, dueAt) };
      await table.insert({ ...keys, entity: 'recurrence', v: 1, ...recurrence });
    },
    find,
    load,
    /** Newest first. `next` is the id that the page ended with, undefined on the last. */
    async list(teamId: string, { limit, after }: { limit: number; after?: string | undefined }) {
      const from = after === undefined ? undefined : rowKey({ teamId, id: after });
      const { pk } = rowKey({ teamId, id: '' });
      const { rows, isLast } = await table.page({ pk, begins: 'RECUR#', reverse: true, limit, after: from });
      const recurrences = rows.map((row) => StoredRecurrence.parse(row));
      return { recurrences, next: isLast ? undefined : recurrences.at(-1)?.id };
    },
    /** Those of one shard with work to do, the longest due first. */
    async listDue(range: { shard: number; until: Date; limit: number }): Promise<DueRecurrence[]> {
      return (await due.list(table, range)).map(dueEntry);
    },
    /**
     * What the team changes; work is due at once. Refused when it is not of the expected revision; whoever expects none
     * writes over what others wrote meanwhile.
     */
    async change(
      { teamId, id }: Ref,
      changeOf: (before: StoredRecurrence) => Promise<Change>,
      { now, expected }: Moment,
    ) {
      for (let tries = changeTries; tries > 0; tries--) {
        const before = await load(teamId, id);
        if (expected !== undefined && expected !== before.revision) break;
        const change = await changeOf(before);
        const set = { ...change, updatedAt: now.toISOString(), expiresAt: undefined, ...dueKeys(before, now) };
        try {
          const row = await table.update(rowKey(before), { set, add: { revision: 1 } }, { revision: before.revision });
          return StoredRecurrence.parse(row);
        } catch (error) {
          if (!(error instanceof ConditionFailed)) throw error;
        }
      }
      throw new Fault(commonFaults['version.changed']);
    },
    /** What work on it came to; nothing where the team changed it meanwhile, for then there is new work. */
    async progress(recurrence: StoredRecurrence, { dueAt, ...progress }: Progress, now: Date): Promise<void> {
      const expiresAt = dueAt ? undefined : unixSeconds(addSeconds(now, endedKeptSeconds));
      const set = { ...progress, expiresAt, ...dueKeys(recurrence, dueAt) };
      await unlessChanged(table.update(rowKey(recurrence), { set }, { revision: recurrence.revision }));
    },
    /** Puts work off that failed, so that it does not stand before that of others; not where it is due at another time by now. */
    async postpone(failed: DueRecurrence, dueAt: Date): Promise<void> {
      const { gsi1sk } = due.keys(failed.id, failed.dueAt);
      await unlessChanged(table.update(rowKey(failed), { set: dueKeys(failed, dueAt) }, { gsi1sk }));
    },
  };
}
export type RecurrenceTable = ReturnType<typeof recurrenceTable>;

function dueEntry({ pk, sk, gsi1sk }: Row): DueRecurrence {
  const [, teamId = ''] = String(pk).split('#');
  const [, id = ''] = String(sk).split('#');
  const [dueAt = ''] = String(gsi1sk).split('#');
  return { teamId, id, dueAt };
}

async function unlessChanged(write: Promise<Row>): Promise<void> {
  await write.catch((error) => {
    if (!(error instanceof ConditionFailed)) throw error;
  });
}
