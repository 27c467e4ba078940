import { dynamoTable, type Row, type Table } from '../runtime/table.ts';
import { lane, outOf, type PublicationKey } from './post-rows.ts';

type LaneRef = Pick<PublicationKey, 'teamId' | 'connectionId'>;

/** `except`: a post that does not count. */
type Around = { after: Date; until: Date; limit: number; except: string };

/** Later than any post can be planned. */
const endOfTime = '9999';
/** More posts than any platform takes of an account in its window. */
const countLimit = 20_000;

/** What waits on a connection and what went out on it, by the keys of its publications alone; a moment old. */
export function laneTable(table: Table = dynamoTable()) {
  const published = (ref: LaneRef, since: Date) =>
    table.query({ index: 'gsi3', pk: outOf(ref), between: [since.toISOString(), endOfTime], limit: countLimit });

  return {
    /** What is still to go out, the soonest first. */
    listWaiting: (ref: LaneRef, page: { limit: number; after?: Row | undefined }): Promise<Row[]> =>
      table.query({ index: 'gsi3', pk: lane(ref), atMost: endOfTime, ...page }),

    /** How many went out since then. */
    countPublished: async (ref: LaneRef, since: Date): Promise<number> => (await published(ref, since)).length,

    /** When what is counted went out since then, the first first. */
    listPublished: async (ref: LaneRef, since: Date): Promise<Date[]> => (await published(ref, since)).map(timeOf),

    /** How many others go out, or went out and are counted, after one moment and up to another; above `limit` it may be less than all. */
    async countAround(ref: LaneRef, { after, until, limit, except }: Around): Promise<number> {
      // Of those at one moment, the ones that go out before it.
      const between = [`${after.toISOString()}~`, `${until.toISOString()}#${except}`] as const;
      const range = { index: 'gsi3', between, limit: limit + 1 } as const;
      const rows = await Promise.all([lane(ref), outOf(ref)].map((pk) => table.query({ ...range, pk })));
      return rows.flat().filter(({ gsi3sk }) => !String(gsi3sk).endsWith(`#${except}`)).length;
    },

    /** When the one at this place went out, counted from the last as 1; undefined if fewer went out after then. */
    async findPublished(ref: LaneRef, { after, place }: { after: Date; place: number }): Promise<Date | undefined> {
      const between = [`${after.toISOString()}~`, endOfTime] as const;
      const rows = await table.query({ index: 'gsi3', pk: outOf(ref), between, limit: place, reverse: true });
      const row = rows[place - 1];
      return row && timeOf(row);
    },
  };
}

const timeOf = ({ gsi3sk }: Row) => new Date(String(gsi3sk).split('#')[0] ?? '');

export type LaneTable = ReturnType<typeof laneTable>;
