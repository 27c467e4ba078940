import { type PublicationTable, publicationOfKeys } from '../posts/public.ts';
import { Fault } from '../runtime/fault.ts';
import type { Row } from '../runtime/table.ts';
import type { LaneRef, PublicationRef } from './contract.ts';
import { type DecideTools, decide } from './decide.ts';
import { givenUp } from './give-up.ts';

type Tools = DecideTools & { publications: Pick<PublicationTable, 'listLane'> };

const perPage = 100;
/** Each is a few calls to the table. */
const atOnce = 10;
/** Later than any post can be planned. */
const endOfTime = new Date('9999-12-31T00:00:00Z');

/** What is still to go out on a connection, the soonest first; a moment old. */
export const listWaiting = (
  lane: LaneRef,
  { publications }: { publications: Pick<PublicationTable, 'listLane'> },
  page: { limit: number; after?: Row | undefined },
): Promise<Row[]> => publications.listLane(lane, { until: endOfTime, ...page });

/**
 * Gives up what is still to go out on a connection, the soonest first: all of it, or up to `limit`. What a publisher is at
 * work on, or has ended meanwhile, is left as it is. May be done again.
 */
export async function cancelLane(lane: LaneRef, tools: Tools, limit = Number.POSITIVE_INFINITY): Promise<void> {
  let after: Row | undefined;
  for (let left = limit; left > 0; left -= perPage) {
    const rows = await listWaiting(lane, tools, { limit: Math.min(perPage, left), after });
    for (let start = 0; start < rows.length; start += atOnce)
      await Promise.all(rows.slice(start, start + atOnce).map((row) => giveUp(refOfRow(row), tools)));
    after = rows.at(-1);
    if (rows.length < perPage) return;
  }
}

const refOfRow = ({ pk, sk }: Row) => publicationOfKeys({ pk: String(pk), sk: String(sk) });

async function giveUp(ref: PublicationRef, tools: Tools): Promise<void> {
  try {
    await decide(ref, givenUp, tools);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
