import { allows, type LaneTable, type PublicationTable, publicationOfKeys } from '../posts/public.ts';
import type { Now } from '../runtime/clock.ts';
import type { Row } from '../runtime/table.ts';
import { givenUp } from './give-up.ts';
import type { LaneRef, PublicationRef } from './schemas.ts';

export type CancelTools = {
  lanes: Pick<LaneTable, 'listWaiting'>;
  publications: Pick<PublicationTable, 'find' | 'decide'>;
  now: Now;
};

const perPage = 100;
/** Each is a few calls to the table. */
const atOnce = 10;
/** Publishers and people may be faster; then we look again. */
const tries = 3;

/**
 * Gives up what is still to go out on a connection, the soonest first: all of it, or up to `limit`. What a publisher is at
 * work on, or has ended meanwhile, is left as it is. May be done again.
 */
export async function cancelLane(ref: LaneRef, tools: CancelTools, limit = Number.POSITIVE_INFINITY): Promise<void> {
  let after: Row | undefined;
  for (let left = limit; left > 0; left -= perPage) {
    const rows = await tools.lanes.listWaiting(ref, { limit: Math.min(perPage, left), after });
    for (let start = 0; start < rows.length; start += atOnce)
      await Promise.all(rows.slice(start, start + atOnce).map((row) => giveUp(refOfRow(row), tools)));
    after = rows.at(-1);
    if (rows.length < perPage) return;
  }
}

const refOfRow = ({ pk, sk }: Row) => publicationOfKeys({ pk: String(pk), sk: String(sk) });

async function giveUp(ref: PublicationRef, { publications, now }: CancelTools): Promise<void> {
  for (let left = tries; left > 0; left--) {
    const publication = await publications.find(ref);
    if (!publication) return;
    const at = now();
    const decision = givenUp(publication);
    if (!allows(decision.name, publication.state) || publication.leaseUntil > at.toISOString()) return;
    if (await publications.decide(publication, { ...decision, at })) return;
  }
}
