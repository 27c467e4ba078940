import { ConditionFailed, type Table, type Write } from '../runtime/table.ts';
import { StoredPost } from './post.ts';
import { postKey, publicationKey, stateKeys } from './post-rows.ts';
import { derivePostState, type StoredPublication, targetOf } from './publication.ts';

/** Targets of one post that move at the same moment compete for the post's row; each retry lets at least one through. */
const moveTries = 30;

export type Move = {
  publication: StoredPublication;
  /** What becomes of it; `undefined` removes a field. */
  set: Partial<StoredPublication>;
  /** Index keys of the row. */
  keys: Readonly<Record<string, string | undefined>>;
  /** What must hold of the publication's row. */
  holds: NonNullable<Extract<Write, { update: unknown }>['if']>;
  event?: Write;
};

/**
 * Changes a publication, the summary in its post and the event that tells of it, all or nothing. False when the
 * publication is not what the caller believes.
 */
export async function move(table: Pick<Table, 'get' | 'transact'>, { publication, ...change }: Move): Promise<boolean> {
  const after = { ...publication, ...change.set };
  for (let tries = moveTries; tries > 0; tries--) {
    const row = await table.get(postKey({ teamId: publication.teamId, id: publication.postId }));
    if (!row) return false;
    const write = { update: publicationKey(publication), change: { set: { ...change.set, ...change.keys } } };
    try {
      await table.transact([
        { ...write, if: change.holds },
        postStep(StoredPost.parse(row), after),
        ...(change.event ? [change.event] : []),
      ]);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (error.rows.has(0)) return false;
    }
  }
  throw new Error(`${publication.postId} for ${publication.connectionId}: the post's row never held still`);
}

function postStep(post: StoredPost, publication: StoredPublication): Write {
  const moved = targetOf(publication);
  const targets = post.targets.map((target) => (target.connectionId === moved.connectionId ? moved : target));
  const state = derivePostState(targets.map((target) => target.state));
  const updatedAt = publication.publishedAt ?? post.updatedAt;
  return {
    update: postKey(post),
    change: { set: { targets, state, updatedAt, ...stateKeys({ ...post, state }) }, add: { revision: 1 } },
    if: { revision: post.revision },
  };
}
