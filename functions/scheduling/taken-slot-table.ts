import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { dynamoTable, type Table, type Write } from '../runtime/table.ts';

/** One slot of a connection, at one time. */
export type SlotRef = { teamId: string; connectionId: string; publishAt: string };

// A slot that a post has   pk TEAM#<team>#SLOTS#<connection>  sk SLOT#<when>
//   … within a time        pk TEAM#<team>#SLOTS#<connection>  sk between
const rowKey = ({ teamId, connectionId, publishAt }: SlotRef) => ({
  pk: `TEAM#${teamId}#SLOTS#${connectionId}`,
  sk: `SLOT#${publishAt}`,
});

/** More than there are slots in a year: whatever was taken is seen. */
const mostTaken = 10_000;
/** When a slot has passed, nobody can take it any more. */
const keptSeconds = 24 * 3600;

/** Takes a slot, in the transaction that plans the post for it; of several posts one gets it. */
export function takeSlot(slot: SlotRef, postId: string): Write {
  const expiresAt = unixSeconds(addSeconds(new Date(slot.publishAt), keptSeconds));
  return { insert: { ...rowKey(slot), entity: 'takenSlot', v: 1, postId, expiresAt } };
}

/** Gives a slot back, in the transaction that moves or deletes the post that has it. */
export const giveBackSlot = (slot: SlotRef): Write => ({ delete: rowKey(slot) });

export function takenSlotTable(table: Table = dynamoTable()) {
  return {
    /** The times of the slots that are taken from one of them to another, both included. */
    async list({ teamId, connectionId }: Omit<SlotRef, 'publishAt'>, [from, to]: readonly [string, string]) {
      const keyAt = (publishAt: string) => rowKey({ teamId, connectionId, publishAt });
      const between = [keyAt(from).sk, keyAt(to).sk] as const;
      const rows = await table.query({ pk: keyAt(from).pk, between, limit: mostTaken });
      return new Set(rows.map(({ sk }) => String(sk).replace('SLOT#', '')));
    },
  };
}
export type TakenSlotTable = ReturnType<typeof takenSlotTable>;
