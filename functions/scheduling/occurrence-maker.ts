import type { TargetConnection } from '../connections/public.ts';
import { AlsoRefused, contentOf, type RecurringPosts } from '../posts/public.ts';
import { type OccurrenceTable, occurrenceWrites, type StoredOccurrence } from './occurrence-table.ts';
import type { PlannedOccurrence, StoredRecurrence } from './recurrence.ts';
import { RecurrenceChanged, unchanged } from './recurrence-table.ts';
import { type ContentRefusal, contentRefusal } from './refused-content.ts';

/** Posts that a connection gets from recurrences within an hour, all of them together. */
const mostInAnHour = 4;

export type MakerTools = {
  posts: RecurringPosts;
  occurrences: Pick<OccurrenceTable, 'list' | 'note' | 'withdraw'>;
  newId: () => string;
};
type Making = {
  recurrence: StoredRecurrence;
  one: PlannedOccurrence;
  targets: ReadonlyMap<string, TargetConnection>;
  now: Date;
};

/**
 * Makes the post of an occurrence, for the connections that are still there and have room in that hour. Places are
 * tried, not looked up: nearly always the first is free.
 */
export async function makeOccurrence(making: Making, tools: MakerTools): Promise<void> {
  const { one, targets } = making;
  const wanted = one.part.connectionIds.map((id) => targets.get(id)).filter((target) => target !== undefined);
  if (wanted.length === 0) return skip(making, 'connections_removed', tools);
  const places = new Map(wanted.map(({ id }) => [id, 0]));
  while (places.size > 0) {
    const outcome = await tryMaking(making, { ...tools, targets: wanted, places });
    if (outcome === 'done') return;
    if (typeof outcome === 'string') return skip(making, outcome, tools);
    for (const connectionId of outcome.full) takeNextPlace(places, connectionId);
  }
  return skip(making, 'hour_is_full', tools);
}

function takeNextPlace(places: Map<string, number>, connectionId: string): void {
  const next = (places.get(connectionId) ?? 0) + 1;
  if (next < mostInAnHour) places.set(connectionId, next);
  else places.delete(connectionId);
}

type Try = Pick<MakerTools, 'posts' | 'newId'> & {
  targets: readonly TargetConnection[];
  places: ReadonlyMap<string, number>;
};
/** `full`: the connections whose place in the hour another post has. */
type Outcome = 'done' | ContentRefusal | { full: readonly string[] };

async function tryMaking({ recurrence, one, now }: Making, { posts, newId, targets, places }: Try): Promise<Outcome> {
  const { teamId, authorId, id: recurrenceId } = recurrence;
  const { localTime, timeZone, part } = one;
  const postId = newId();
  const made = { ...withoutPost(recurrence, one, { state: 'made', reason: null }), postId };
  const also = [unchanged(recurrence), ...occurrenceWrites({ ...made, places: Object.fromEntries(places) })];
  const withRoom = targets.filter(({ id }) => places.has(id));
  const post = { id: postId, teamId, userId: authorId, recurrenceId, content: contentOf(part) };
  try {
    await posts.add({ ...post, targets: withRoom, time: { localTime, timeZone } }, { now, also });
    return 'done';
  } catch (error) {
    if (error instanceof AlsoRefused) return outcomeOf(error, [...places.keys()]);
    const refusal = contentRefusal(error);
    if (!refusal) throw error;
    return refusal;
  }
}

/** In the order of the writes: the recurrence is unchanged, nobody has made the occurrence, the places are free. */
function outcomeOf(refusal: AlsoRefused, connectionIds: readonly string[]): Outcome {
  const { places: refused } = refusal;
  if (refused.includes(0)) throw new RecurrenceChanged();
  if (refused.includes(1)) return 'done';
  const full = connectionIds.filter((_, place) => refused.includes(place + 2));
  if (full.length === 0) throw refusal;
  return { full };
}

const skip = ({ recurrence, one }: Making, reason: StoredOccurrence['reason'], { occurrences }: MakerTools) =>
  occurrences.note(withoutPost(recurrence, one, { state: 'skipped', reason }));

/** An occurrence of which no post comes, or not yet. */
export const withoutPost = (
  { teamId, id: recurrenceId }: StoredRecurrence,
  { localTime, timeZone, at, part }: PlannedOccurrence,
  outcome: Pick<StoredOccurrence, 'state' | 'reason'>,
): StoredOccurrence => ({
  teamId,
  recurrenceId,
  localTime,
  timeZone,
  publishAt: at.toISOString(),
  connectionIds: part.connectionIds,
  postId: null,
  places: {},
  ...outcome,
});
