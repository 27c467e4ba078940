import { addSeconds } from '../runtime/clock.ts';
import { type DueIndex, type DueRange, dueIndex } from '../runtime/due-index.ts';
import { newId } from '../runtime/ids.ts';
import { ConditionFailed, dynamoTable, type Row, type Table } from '../runtime/table.ts';
import { giveBackSlot } from '../scheduling/public.ts';
import {
  dueKeys,
  isByLocalTime,
  lane,
  noWork,
  type PublicationKey,
  publicationKey,
  publicationOfKeys,
  publishedKeys,
  workKeys,
} from './post-rows.ts';
import { type PublishedPart, StoredPublication } from './publication.ts';
import { move } from './publication-move.ts';
import { settle } from './publication-settle.ts';
import type { LatenessPolicy, PublicationError } from './schemas.ts';
import { fromStates, isSettled, type TransitionName, transitions } from './transitions.ts';

/** How a publication ended, for good. */
export type Outcome =
  | ({ state: 'published'; parts?: PublishedPart[] } & PublishedPart)
  | { state: 'failed' | 'unconfirmed'; error: PublicationError }
  | { state: 'missed'; error: PublicationError; missedBy: LatenessPolicy };

/** What a claim found: the publication in our hands, or why not. `undefined` is a row that is gone. */
export type ClaimResult = { claimed: StoredPublication } | { found: StoredPublication | undefined };

/**
 * A publication that goes back among the work. `inDoubt`: an attempt may have got through. `parts`: all that is out of its
 * thread, when one more is; what is next begins anew.
 */
export type Postponed = { at: Date; error?: PublicationError | undefined; inDoubt: boolean; parts?: PublishedPart[] };

/** What the team decides about a publication, and when. `set` becomes part of its row. */
export type Decision = { name: TransitionName; set: Partial<StoredPublication>; at: Date };

type LaneRef = Pick<PublicationKey, 'teamId' | 'connectionId'>;
type LaneRange = { from?: Date; until: Date; limit: number; after?: Row | undefined };

export function publicationTable(table: Table = dynamoTable(), due: DueIndex = dueIndex('DUE')) {
  const keysOf = (publication: StoredPublication) => {
    const { state, publishedAt } = publication;
    if (state === 'published' && publishedAt !== undefined) return publishedKeys(publication, publishedAt);
    return isSettled(state) ? noWork : workKeys(publication, due);
  };

  return {
    shards: due.shards,
    /** Publications of one shard that are to be worked on until then, the oldest first. */
    async listDue(range: { shard: number; until: Date; limit: number }): Promise<(PublicationKey & { dueAt: Date })[]> {
      return (await due.list(table, range)).map(dueEntry);
    },
    /** Those of one shard that were planned by a local time. */
    async listByLocalTime(range: DueRange): Promise<PublicationKey[]> {
      const rows = await due.list(table, range);
      return rows.filter(({ gsi1sk }) => isByLocalTime(String(gsi1sk))).map(dueEntry);
    },
    /** Publications of one connection that are not settled and due until then, the oldest first; a moment old. */
    async listLane(ref: LaneRef, { from, until, limit, after }: LaneRange): Promise<Row[]> {
      const atMost = `${until.toISOString()}~`;
      const range = from ? { between: [from.toISOString(), atMost] as const } : { atMost };
      return table.query({ index: 'gsi3', pk: lane(ref), ...range, limit, ...(after && { after }) });
    },
    async find(key: PublicationKey): Promise<StoredPublication | undefined> {
      return StoredPublication.optional().parse(await table.get(publicationKey(key)));
    },
    /** Those that exist among at most 100 keys, in no order. */
    async findMany(keys: readonly PublicationKey[]): Promise<StoredPublication[]> {
      return (await table.getMany(keys.map(publicationKey))).map((row) => StoredPublication.parse(row));
    },
    /** Takes a publication that is due before `until` for `leaseSeconds`. Of many deliveries at once, one gets it. */
    async claim(
      key: PublicationKey,
      { now, until, leaseSeconds }: { now: Date; until: Date; leaseSeconds: number },
    ): Promise<ClaimResult> {
      const lease = { leaseUntil: addSeconds(now, leaseSeconds).toISOString(), leaseId: newId('lease') };
      try {
        const row = await table.update(
          publicationKey(key),
          { set: { state: transitions.claim.to, ...lease }, add: { attempts: 1 } },
          {
            state: { in: fromStates('claim') },
            nextAttemptAt: { atMost: until.toISOString() },
            leaseUntil: { atMost: now.toISOString() },
          },
        );
        return { claimed: StoredPublication.parse(row) };
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const found = StoredPublication.optional().parse(error.rows.get(0));
        // The SDK sends again when an answer is lost: a row that has this very lease was claimed by the first try.
        return found?.leaseId === lease.leaseId ? { claimed: found } : { found };
      }
    },
    /** Gives a claimed publication back, to be tried again at `at`; nothing changes if another delivery holds it by now. */
    async postpone(claimed: StoredPublication, { at, error, inDoubt, parts }: Postponed): Promise<void> {
      const nextAttemptAt = at.toISOString();
      const doubt = inDoubt ? true : undefined;
      const keys = dueKeys(claimed, nextAttemptAt, due);
      const state = transitions.postpone.to;
      const next = parts && { parts, attemptsBefore: claimed.attempts };
      const set = { state, nextAttemptAt, leaseUntil: '', error, inDoubt: doubt, ...next, ...keys };
      await held(table.update(publicationKey(claimed), { set }, heldBy(claimed)));
    },
    /** Takes away a claimed publication whose post is gone. */
    async discard(claimed: StoredPublication): Promise<void> {
      await held(table.delete(publicationKey(claimed), heldBy(claimed)));
    },
    /** Ends a claimed publication and shows it in its post. False if another delivery holds it by now. */
    settle: (claimed: StoredPublication, outcome: Outcome): Promise<boolean> =>
      settle(table, {
        publication: claimed,
        set: {
          error: undefined,
          ...outcome,
          inDoubt: outcome.state === 'unconfirmed' ? true : undefined,
          leaseUntil: '',
        },
        keys: outcome.state === 'published' ? publishedKeys(claimed, outcome.publishedAt) : noWork,
        holds: heldBy(claimed),
      }),
    /**
     * What the team decides about a publication, and what becomes of it; undefined if its state does not allow that (any
     * more), or a publisher is at work on it.
     */
    async decide(publication: StoredPublication, { name, set, at }: Decision): Promise<StoredPublication | undefined> {
      const { to } = transitions[name];
      const { plan, attempts } = publication;
      const slot = name === 'cancel' && publication.inSlot ? [giveBackSlot(publication)] : [];
      const decided = { ...set, state: to, leaseUntil: '', ...(slot.length > 0 && { inSlot: undefined }) } as const;
      const after = { ...publication, ...decided };
      const isDone = await move(table, {
        publication,
        set: decided,
        also: slot,
        keys: keysOf(after),
        holds: { state: { in: fromStates(name) }, leaseUntil: { atMost: at.toISOString() }, plan, attempts },
      });
      return isDone ? after : undefined;
    },
  };
}
export type PublicationTable = ReturnType<typeof publicationTable>;

/** This delivery still has the lease, and has not given it back: the SDK may send a write again whose answer was lost. */
const heldBy = ({ leaseId = '' }: StoredPublication) => ({ leaseId, state: transitions.claim.to });

async function held(write: Promise<unknown>): Promise<void> {
  await write.catch((error) => {
    if (!(error instanceof ConditionFailed)) throw error;
  });
}

function dueEntry({ pk, sk, gsi1sk }: Row): PublicationKey & { dueAt: Date } {
  const [at = ''] = String(gsi1sk).split('#');
  return { ...publicationOfKeys({ pk: String(pk), sk: String(sk) }), dueAt: new Date(at) };
}
