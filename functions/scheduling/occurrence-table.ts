import * as z from 'zod';
import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { idOf } from '../runtime/ids.ts';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { Occurrence } from './contract.ts';

/** What became of one occurrence. While this row is there, nothing else comes of it. */
export const StoredOccurrence = Occurrence.omit({ adjusted: true }).extend({
  teamId: idOf('team'),
  recurrenceId: idOf('recur'),
  state: z.enum(['made', 'missed', 'skipped']),
  connectionIds: z.array(idOf('conn')),
  /** Which of the places that an hour has for recurring posts it took, by connection. */
  places: z.record(z.string(), z.number().int()).default({}),
});
export type StoredOccurrence = z.infer<typeof StoredOccurrence>;
type Ref = Pick<StoredOccurrence, 'teamId' | 'recurrenceId' | 'localTime' | 'timeZone'>;
type Place = { teamId: string; connectionId: string; publishAt: string; place: number };

// Occurrences of a recurrence    pk TEAM#<team>#RECUR#<recurrence>  sk OCCUR#<local time>#<zone>
//   … from a local time on       pk TEAM#<team>#RECUR#<recurrence>  sk between
// A place in a connection's hour  pk TEAM#<team>#HOURS#<connection>  sk HOUR#<hour>#<place>
const rowKey = ({ teamId, recurrenceId, localTime, timeZone }: Ref) => ({
  pk: `TEAM#${teamId}#RECUR#${recurrenceId}`,
  sk: `OCCUR#${localTime}#${timeZone}`,
});
const placeKey = ({ teamId, connectionId, publishAt, place }: Place) => ({
  pk: `TEAM#${teamId}#HOURS#${connectionId}`,
  sk: `HOUR#${publishAt.slice(0, 13)}#${place}`,
});

const daySeconds = 24 * 3600;
/** Longer than it can be made again, for nothing is made that lies in the past. */
const keptSeconds = 30 * daySeconds;
/** More than there are within the weeks that are made ahead and the days that are kept. */
const mostOccurrences = 5000;

const expiryOf = (publishAt: string) => unixSeconds(addSeconds(new Date(publishAt), keptSeconds));
const rowOf = (one: StoredOccurrence) => ({
  ...rowKey(one),
  entity: 'occurrence',
  v: 1,
  ...one,
  expiresAt: expiryOf(one.publishAt),
});
const placesOf = ({ teamId, publishAt, places }: StoredOccurrence): Place[] =>
  Object.entries(places).map(([connectionId, place]) => ({ teamId, connectionId, publishAt, place }));

/**
 * The writes that make an occurrence: what became of it first, then its places in the hours of its connections in the
 * order of `places`. None holds where another has been there.
 */
export const occurrenceWrites = (one: StoredOccurrence): Write[] => [
  { insert: rowOf(one) },
  ...placesOf(one).map((place) => ({
    insert: { ...placeKey(place), entity: 'hourPlace', v: 1, expiresAt: expiryOf(one.publishAt) },
  })),
];

/** The writes that take it back, so that it can be made anew. */
export const withdrawWrites = (one: StoredOccurrence): Write[] => [
  { delete: rowKey(one) },
  ...placesOf(one).map((place) => ({ delete: placeKey(place) })),
];

export function occurrenceTable(table: Table = dynamoTable()) {
  return {
    /** What is known of the occurrences after a moment, and of some before it. */
    async list(teamId: string, recurrenceId: string, after: string): Promise<StoredOccurrence[]> {
      // Local times are behind those of UTC by less than a day.
      const from = addSeconds(new Date(after), -daySeconds).toISOString().slice(0, 16);
      const { pk, sk } = rowKey({ teamId, recurrenceId, localTime: from, timeZone: '' });
      const rows = await table.query({ pk, between: [sk, 'OCCUR#~'], limit: mostOccurrences });
      return rows.map((row) => StoredOccurrence.parse(row));
    },
    /** Notes an occurrence of which no post comes; a second time changes nothing. */
    async note(one: StoredOccurrence): Promise<void> {
      try {
        await table.insert(rowOf(one));
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
      }
    },
    /** Takes back an occurrence of which no post came. */
    withdraw: (one: StoredOccurrence): Promise<void> => table.transact(withdrawWrites(one)),
  };
}
export type OccurrenceTable = ReturnType<typeof occurrenceTable>;
