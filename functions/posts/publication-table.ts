import { addSeconds } from '../runtime/clock.ts';
import { type DueIndex, dueIndex, notDue } from '../runtime/due-index.ts';
import { newId } from '../runtime/ids.ts';
import { ConditionFailed, dynamoTable, type Row, type Table, type Write } from '../runtime/table.ts';
import { type PublicationError, PublicationState } from './contract.ts';
import { StoredPost } from './post.ts';
import { dueKeys, type PublicationKey, postKey, publicationKey, publicationOfKeys, stateKeys } from './post-rows.ts';
import { derivePostState, StoredPublication, targetOf } from './publication.ts';

const { scheduled, queued, publishing } = PublicationState.enum;

/** How a publication ended, for good. */
export type Outcome =
  | { state: 'published'; platformPostId: string; url: string; publishedAt: string; latenessMs: number }
  | { state: 'failed' | 'unconfirmed'; error: PublicationError };

/** Targets of one post that settle at the same moment compete for the post's row; each retry settles at least one. */
const settleTries = 30;

export function publicationTable(table: Table = dynamoTable(), due: DueIndex = dueIndex('DUE')) {
  return {
    shards: due.shards,
    /** The oldest due publications of one shard. */
    async listDue(range: { shard: number; until: Date; limit: number }): Promise<(PublicationKey & { dueAt: Date })[]> {
      const rows = await due.list(table, range);
      return rows.map(dueEntry);
    },
    /**
     * Takes a publication that is due for `leaseSeconds`: undefined if it is settled, not due before `until`, gone, or in
     * somebody's hands. Of many deliveries at once, one gets it.
     */
    async claim(key: PublicationKey, { now, until, leaseSeconds }: { now: Date; until: Date; leaseSeconds: number }) {
      const lease = { leaseUntil: addSeconds(now, leaseSeconds).toISOString(), leaseId: newId('lease') };
      try {
        const row = await table.update(
          publicationKey(key),
          { set: { state: publishing, ...lease }, add: { attempts: 1 } },
          {
            state: { in: [scheduled, queued, publishing] },
            nextAttemptAt: { atMost: until.toISOString() },
            leaseUntil: { atMost: now.toISOString() },
          },
        );
        return StoredPublication.parse(row);
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        // The SDK sends again when an answer is lost: a row that has this very lease was claimed by the first try.
        const row = error.rows.get(0);
        return row?.leaseId === lease.leaseId ? StoredPublication.parse(row) : undefined;
      }
    },
    /** Gives a claimed publication back, to be tried again at `at`; nothing changes if another delivery holds it by now. */
    async postpone(claimed: StoredPublication, { at, error }: { at: Date; error: PublicationError }): Promise<void> {
      const nextAttemptAt = at.toISOString();
      const set = { state: scheduled, nextAttemptAt, leaseUntil: '', error, ...dueKeys(claimed, nextAttemptAt, due) };
      await held(table.update(publicationKey(claimed), { set }, heldBy(claimed)));
    },
    /** Takes away a claimed publication whose post is gone. */
    async discard(claimed: StoredPublication): Promise<void> {
      await held(table.delete(publicationKey(claimed), heldBy(claimed)));
    },
    /**
     * Ends a claimed publication: its row, the post's summary and the event in one transaction. False if another
     * delivery holds it by now.
     */
    async settle(claimed: StoredPublication, outcome: Outcome, event: Write): Promise<boolean> {
      for (let tries = settleTries; tries > 0; tries--) {
        const row = await table.get(postKey({ teamId: claimed.teamId, id: claimed.postId }));
        try {
          await table.transact([
            publicationEnd(claimed, outcome),
            postStep(StoredPost.parse(row), claimed, outcome),
            event,
          ]);
          return true;
        } catch (error) {
          if (!(error instanceof ConditionFailed)) throw error;
          if (error.rows.has(0)) return false;
        }
      }
      throw new Error(`settling ${claimed.postId} for ${claimed.connectionId}: the post's row never held still`);
    },
  };
}
export type PublicationTable = ReturnType<typeof publicationTable>;

/** This delivery still has the lease, and has not given it back: the SDK may send a write again whose answer was lost. */
const heldBy = ({ leaseId = '' }: StoredPublication) => ({ leaseId, state: publishing });

async function held(write: Promise<unknown>): Promise<void> {
  await write.catch((error) => {
    if (!(error instanceof ConditionFailed)) throw error;
  });
}

function dueEntry({ pk, sk, gsi1sk }: Row): PublicationKey & { dueAt: Date } {
  const [at = ''] = String(gsi1sk).split('#');
  return { ...publicationOfKeys({ pk: String(pk), sk: String(sk) }), dueAt: new Date(at) };
}

function publicationEnd(claimed: StoredPublication, outcome: Outcome): Write {
  return {
    update: publicationKey(claimed),
    change: { set: { error: undefined, ...outcome, leaseUntil: '', ...notDue } },
    if: heldBy(claimed),
  };
}

function postStep(post: StoredPost, claimed: StoredPublication, outcome: Outcome): Write {
  const settled = targetOf({ ...claimed, error: undefined, ...outcome });
  const targets = post.targets.map((target) => (target.connectionId === settled.connectionId ? settled : target));
  const state = derivePostState(targets.map((target) => target.state));
  const updatedAt = 'publishedAt' in outcome ? outcome.publishedAt : post.updatedAt;
  return {
    update: postKey(post),
    change: {
      set: { targets, state, updatedAt, ...stateKeys({ ...post, state }) },
      add: { revision: 1 },
    },
    if: { revision: post.revision },
  };
}
