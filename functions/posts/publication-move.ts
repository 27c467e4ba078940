import { ConditionFailed, type Table, type Write } from '../runtime/table.ts';
import { StoredPost } from './post.ts';
import { postKey, publicationKey } from './post-rows.ts';
import { neverHeldStill, summaryStep, summaryTries } from './post-summary.ts';
import type { StoredPublication } from './publication.ts';

export type Move = {
  publication: StoredPublication;
  /** What becomes of it; `undefined` removes a field. */
  set: Partial<StoredPublication>;
  /** Index keys of the row. */
  keys: Readonly<Record<string, string | undefined>>;
  /** What must hold of the publication's row. */
  holds: NonNullable<Extract<Write, { update: unknown }>['if']>;
  /** What goes along with it. */
  also?: readonly Write[];
};

/** Changes a publication and the summary in its post, all or nothing. False when it is not what the caller believes. */
export async function move(
  table: Pick<Table, 'get' | 'transact'>,
  { publication, also = [], ...change }: Move,
): Promise<boolean> {
  const after = { ...publication, ...change.set };
  for (let tries = summaryTries; tries > 0; tries--) {
    const row = await table.get(postKey({ teamId: publication.teamId, id: publication.postId }));
    if (!row) return false;
    const write = { update: publicationKey(publication), change: { set: { ...change.set, ...change.keys } } };
    try {
      await table.transact([{ ...write, if: change.holds }, summaryStep(StoredPost.parse(row), after), ...also]);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (error.rows.has(0)) return false;
    }
  }
  throw neverHeldStill(publication);
}
