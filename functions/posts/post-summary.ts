import type { Write } from '../runtime/table.ts';
import type { StoredPost } from './post.ts';
import { postKey, stateKeys } from './post-rows.ts';
import { derivePostState, type StoredPublication, stateWithParts, targetOf } from './publication.ts';

/** Targets of one post that move at the same moment compete for the post's row; each retry lets at least one through. */
export const summaryTries = 30;

/** Puts what became of a publication into its post; only while the post is as it was read. */
export function summaryStep(post: StoredPost, publication: StoredPublication): Extract<Write, { update: unknown }> {
  const moved = targetOf(publication);
  const targets = post.targets.map((target) => (target.connectionId === moved.connectionId ? moved : target));
  const state = derivePostState(targets.map(stateWithParts));
  const updatedAt = publication.publishedAt ?? post.updatedAt;
  return {
    update: postKey(post),
    change: { set: { targets, state, updatedAt, ...stateKeys({ ...post, state }) }, add: { revision: 1 } },
    if: { revision: post.revision },
  };
}

/** Whether the post shows it already. */
export function isInStep({ targets }: StoredPost, publication: StoredPublication): boolean {
  const shown = targets.find(({ connectionId }) => connectionId === publication.connectionId);
  return JSON.stringify(shown) === JSON.stringify(targetOf(publication));
}

export const neverHeldStill = ({ postId, connectionId }: StoredPublication) =>
  new Error(`${postId} for ${connectionId}: the post's row never held still`);
