import { ConditionFailed, type Row, type Table } from '../runtime/table.ts';
import { StoredPost } from './post.ts';
import { postKey, publicationKey } from './post-rows.ts';
import { isInStep, neverHeldStill, summaryStep, summaryTries } from './post-summary.ts';
import type { StoredPublication } from './publication.ts';
import type { Move } from './publication-move.ts';
import { transitions } from './transitions.ts';

type Settling = Pick<Table, 'get' | 'update'>;

/**
 * Ends a claimed publication in two writes (decision 0012): first the summary in its post, then its own row. Who dies in
 * between leaves it due, and whoever claims it then does both again. False when it is not in our hands any more.
 */
export const settle = async (table: Settling, move: Move): Promise<boolean> =>
  (await showInPost(table, move)) && end(table, move);

async function showInPost(table: Settling, { publication, set }: Move): Promise<boolean> {
  const after = { ...publication, ...set };
  for (let tries = summaryTries; tries > 0; tries--) {
    const row = await table.get(postKey({ teamId: publication.teamId, id: publication.postId }));
    // Read after the post: whoever takes it from us later moves the post later too, and our step is refused.
    const found = row && (await table.get(publicationKey(publication)));
    if (!found || !isIn(transitions.claim.to, found, publication)) return false;
    const post = StoredPost.parse(row);
    if (isInStep(post, after)) return true;
    const { update, change, if: holds } = summaryStep(post, after);
    if ((await refusalOf(table.update(update, change, holds))) === undefined) return true;
  }
  throw neverHeldStill(publication);
}

/** Whether the publication came into a state under this lease. */
const isIn = (state: string | undefined, found: Row, { leaseId }: StoredPublication) =>
  found.state === state && found.leaseId !== undefined && found.leaseId === leaseId;

async function end(table: Settling, { publication, set, keys, holds }: Move): Promise<boolean> {
  const refusal = await refusalOf(table.update(publicationKey(publication), { set: { ...set, ...keys } }, holds));
  // The SDK sends a write again when its answer was lost, and then finds what the first one did.
  return refusal === undefined || isIn(set.state, refusal.rows.get(0) ?? {}, publication);
}

/** How a write was refused, if its condition did not hold. */
async function refusalOf(write: Promise<unknown>): Promise<ConditionFailed | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof ConditionFailed) return error;
    throw error;
  }
}
