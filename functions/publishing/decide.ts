import { postFaults } from '../posts/contract.ts';
import { allows, type Decision, type PublicationTable, type StoredPublication } from '../posts/public.ts';
import type { Now } from '../runtime/clock.ts';
import { Fault } from '../runtime/fault.ts';
import { publicationFaults } from './faults.ts';
import type { PublicationRef } from './schemas.ts';

export type DecideTools = { publications: Pick<PublicationTable, 'find' | 'decide'>; now: Now };

/** Publishers and people may be faster; then we look again. */
const tries = 3;

/**
 * Does to a publication what somebody wants of it. Refused by the name of its state where that does not allow it, and while
 * a publisher is at work on it.
 */
export async function decide(
  ref: PublicationRef,
  choose: (publication: StoredPublication, at: Date) => Omit<Decision, 'at'>,
  { publications, now }: DecideTools,
): Promise<StoredPublication> {
  for (let left = tries; left > 0; left--) {
    const publication = await publications.find(ref);
    if (!publication) throw new Fault(publicationFaults['publication.not_found']);
    const at = now();
    const decision = choose(publication, at);
    if (!allows(decision.name, publication.state))
      throw new Fault(publicationFaults[`publication.is_${publication.state}`]);
    if (publication.leaseUntil > at.toISOString()) break;
    const after = await publications.decide(publication, { ...decision, at });
    if (after) return after;
  }
  throw new Fault(postFaults['post.locked']);
}
