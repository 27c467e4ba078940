import { type DueIndex, dueIndex } from '../runtime/due-index.ts';
import { Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { giveBackSlot, takeSlot } from '../scheduling/public.ts';
import { postFaults } from './faults.ts';
import { type PlannedPost, StoredPost } from './post.ts';
import { postKey, postRow, publicationKey, publicationRow, stateKeys } from './post-rows.ts';
import { StoredPublication } from './publication.ts';
import type { PostState } from './schemas.ts';

type ListOptions = { state?: PostState | undefined; limit: number; after?: string | undefined };

const loadTries = 5;

/** Writes that another domain added did not hold; `places` are theirs among them. */
export class AlsoRefused extends Error {
  readonly places: readonly number[];
  constructor(places: readonly number[], cause: ConditionFailed) {
    super('a write that came along did not hold', { cause });
    this.places = places;
  }
}

export function postTable(table: Table = dynamoTable(), due: DueIndex = dueIndex('DUE')) {
  const find = async (teamId: string, id: string): Promise<StoredPost | undefined> =>
    StoredPost.optional().parse(await table.get(postKey({ teamId, id })));

  /** Writes of the post, after slots to be taken and what another domain writes with it. */
  async function exclusively(slots: Write[], also: readonly Write[], writes: Write[]): Promise<void> {
    try {
      await table.transact([...slots, ...also, ...writes]);
    } catch (cause) {
      if (!(cause instanceof ConditionFailed)) throw cause;
      const failed = [...cause.rows.keys()];
      const ofAlso = failed.map((place) => place - slots.length).filter((place) => place >= 0 && place < also.length);
      if (ofAlso.length > 0) throw new AlsoRefused(ofAlso, cause);
      const isSlot = failed.some((place) => place < slots.length);
      throw new Fault(postFaults[isSlot ? 'post.slot_taken' : 'post.locked'], { cause });
    }
  }

  return {
    /** The post alone; the summary in it may be a moment behind its publications. */
    find,
    /** A post with its publications, read side by side; read again if a change came between the two. */
    async load(teamId: string, id: string): Promise<PlannedPost> {
      const { pk } = publicationKey({ teamId, postId: id, connectionId: '' });
      for (let tries = loadTries; tries > 0; tries--) {
        const [post, rows] = await Promise.all([find(teamId, id), table.query({ pk, begins: 'PUB#', limit: 100 })]);
        if (!post) throw new Fault(postFaults['post.not_found']);
        const planned = { post, publications: rows.map((row) => StoredPublication.parse(row)) };
        if (isWhole(planned)) return planned;
      }
      throw new Fault(postFaults['post.locked']);
    },
    /** Newest first, fewer than `limit` where they are large; `next` is the id after which the following page begins, undefined on the last. */
    async list(teamId: string, { limit, ...filter }: ListOptions) {
      const { rows, isLast } = await table.page({ ...listRange(teamId, filter), reverse: true, limit });
      const posts = rows.map((row) => StoredPost.parse(row));
      return { posts, next: isLast ? undefined : posts.at(-1)?.id };
    },
    /** `also`: what another domain writes of its own, all or nothing; `AlsoRefused` when that does not hold. */
    async insert({ post, publications }: PlannedPost, also: readonly Write[] = []): Promise<void> {
      const inserts = publications.map((one) => ({ insert: publicationRow(one, due) }));
      await exclusively(slotWrites([], publications), also, [{ insert: postRow(post) }, ...inserts]);
    },
    /** Puts `after` in the place of `before`; if either moved since it was read, the post is locked. */
    async replace(before: PlannedPost, after: PlannedPost, also: readonly Write[] = []): Promise<void> {
      const { revision } = before.post;
      await exclusively(slotWrites(before.publications, after.publications), also, [
        { put: postRow(after.post), if: { revision } },
        ...publicationWrites(before.publications, after.publications, due),
      ]);
    },
    async delete({ post, publications }: PlannedPost, also: readonly Write[] = []): Promise<void> {
      const { revision } = post;
      await exclusively(slotWrites(publications, []), also, [
        { delete: postKey(post), if: { revision } },
        ...publicationWrites(publications, [], due),
      ]);
    },
  };
}
export type PostTable = ReturnType<typeof postTable>;

function publicationWrites(
  before: readonly StoredPublication[],
  after: readonly StoredPublication[],
  due: DueIndex,
): Write[] {
  const old = new Map(before.map((one) => [one.connectionId, one]));
  const kept = new Set(after.map(({ connectionId }) => connectionId));
  const gone = before.filter(({ connectionId }) => !kept.has(connectionId));
  const puts = after.map((one): Write => {
    const replaced = old.get(one.connectionId);
    const row = publicationRow(one, due);
    return replaced ? { put: row, if: untouched(replaced) } : { insert: row };
  });
  return [...gone.map((one): Write => ({ delete: publicationKey(one), if: untouched(one) })), ...puts];
}

/** Slots that are given back, and those that are taken. One that a publication keeps is not touched. */
function slotWrites(before: readonly StoredPublication[], after: readonly StoredPublication[]): Write[] {
  const inSlots = (some: readonly StoredPublication[]) =>
    new Map(some.filter(({ inSlot }) => inSlot).map((one) => [`${one.connectionId} ${one.publishAt}`, one]));
  const [old, now] = [inSlots(before), inSlots(after)];
  const gone = [...old].filter(([slot]) => !now.has(slot));
  const taken = [...now].filter(([slot]) => !old.has(slot));
  return [...gone.map(([, one]) => giveBackSlot(one)), ...taken.map(([, one]) => takeSlot(one, one.postId))];
}

/** A planned post has a publication for each target, a draft has none: anything else was read in the middle of a change. */
function isWhole({ post, publications }: PlannedPost): boolean {
  const targets = post.publishAt === null ? [] : post.targets.map(({ connectionId }) => connectionId);
  const found = publications.map(({ connectionId }) => connectionId);
  return targets.toSorted().join() === found.toSorted().join();
}

/** The publisher has not moved it since it was read. */
const untouched = ({ plan, state, attempts }: StoredPublication) => ({ plan, state, attempts });

function listRange(teamId: string, { state, after }: Omit<ListOptions, 'limit'>) {
  const start = after === undefined ? undefined : postKey({ teamId, id: after });
  if (state === undefined) return { pk: `TEAM#${teamId}`, begins: 'POST#', ...(start && { after: start }) };
  const { gsi2pk: pk } = stateKeys({ teamId, state, id: '' });
  const position = start && after && { ...start, ...stateKeys({ teamId, state, id: after }) };
  return { index: 'gsi2', pk, ...(position && { after: position }) } as const;
}
