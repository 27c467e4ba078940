import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { Fault, type FaultEntry } from '../runtime/fault.ts';
import { log, measure } from '../runtime/log.ts';
import { timer } from '../runtime/timer.ts';
import { postsTimers } from './contract.ts';
import { postFaults } from './faults.ts';
import { type PostTable, postTable } from './post-table.ts';
import type { StoredPublication } from './publication.ts';
import { type PublicationTable, publicationTable } from './publication-table.ts';
import { isMoved, withZoneRules } from './zone-moves.ts';

/** Far enough from the due time that a change of an hour or two moves nothing into the past; five runs see each post. */
const fromSeconds = 20 * 3600;
const untilSeconds = 25 * 3600;
/** Of one shard in one run, keys only. */
const perShard = 100_000;
/** As many as one batch reads. */
const atOnce = 100;

type Tools = {
  posts: Pick<PostTable, 'load' | 'replace'>;
  publications: Pick<PublicationTable, 'listByLocalTime' | 'findMany' | 'shards'>;
  now: Now;
};
type PostRef = Pick<StoredPublication, 'teamId' | 'postId'>;

/**
 * Looks again, a day before they are due, at the instants that local times came to by the rules of their zones when they
 * were planned: those rules change now and then, at short notice.
 */
export async function recheckLocalTimes(tools: Tools): Promise<void> {
  const now = tools.now();
  const range = { from: addSeconds(now, fromSeconds), until: addSeconds(now, untilSeconds), limit: perShard };
  const shards = Array.from({ length: tools.publications.shards }, (_, shard) => shard);
  const keys = (
    await Promise.all(shards.map((shard) => tools.publications.listByLocalTime({ ...range, shard })))
  ).flat();
  const wrong = new Map<string, PostRef>();
  for (let start = 0; start < keys.length; start += atOnce) {
    const some = await tools.publications.findMany(keys.slice(start, start + atOnce));
    for (const one of some) if (isMoved(one)) wrong.set(one.postId, one);
  }
  for (const post of wrong.values()) await moveUnlessChanged(post, tools);
  measure('recheckLocalTimes', { looked: { count: keys.length }, moved: { count: wrong.size } });
}

const expected: readonly FaultEntry[] = [
  postFaults['post.locked'],
  postFaults['post.not_found'],
  postFaults['post.slot_taken'],
];

/** A post that is changed at this moment is planned by the rules of now; one whose slot is still taken comes next time. */
async function moveUnlessChanged({ teamId, postId }: PostRef, { posts, now }: Tools): Promise<void> {
  try {
    const before = await posts.load(teamId, postId);
    await posts.replace(before, withZoneRules(before, now()));
    log.info('post.moved', { teamId, postId });
  } catch (error) {
    if (!(error instanceof Fault && expected.includes(error.entry))) throw error;
    log.info('post.not_moved', { teamId, postId, code: error.entry.code });
  }
}

export const handler = timer(postsTimers.recheckLocalTimes, recheckLocalTimes, () => ({
  posts: postTable(),
  publications: publicationTable(),
  now,
}));
