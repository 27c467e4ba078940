import type { TargetConnection } from '../connections/public.ts';
import { postFaults } from '../posts/contract.ts';
import { AlsoRefused, contentOf } from '../posts/public.ts';
import { Fault } from '../runtime/fault.ts';
import type { MakerTools } from './occurrence-maker.ts';
import { type StoredOccurrence, withdrawWrites } from './occurrence-table.ts';
import { keyOf, type Part, type StoredRecurrence, upcoming } from './recurrence.ts';
import { RecurrenceChanged, unchanged } from './recurrence-table.ts';
import { contentRefusal } from './refused-content.ts';

/** A recurrence, what is known of its connections and occurrences, and until when it is looked at. */
export type Swept = {
  recurrence: StoredRecurrence;
  targets: ReadonlyMap<string, TargetConnection>;
  known: ReadonlyMap<string, StoredOccurrence>;
  now: Date;
  until: Date;
};
type Tools = Pick<MakerTools, 'posts' | 'occurrences'>;

/**
 * Lets what was made ahead follow a change: posts get the new content, and those that are no longer wanted, or not for these
 * connections, go. Gives the keys of those that are gone, which may be made anew.
 */
export async function sweep(swept: Swept, { posts, occurrences }: Tools): Promise<ReadonlySet<string>> {
  const { recurrence, known, now, until } = swept;
  const { sweepFrom } = recurrence;
  if (sweepFrom === undefined) return new Set();
  const isSwept = ({ publishAt }: StoredOccurrence) =>
    publishAt > now.toISOString() && publishAt >= sweepFrom && publishAt <= until.toISOString();
  const wanted = wantedParts(swept);
  const gone = new Set<string>();
  for (const [key, one] of known) {
    if (isSwept(one) && (await isWithdrawn(one, wanted.get(key), { ...swept, posts, occurrences }))) gone.add(key);
  }
  return gone;
}

/** What the recurrence wants to come when, by now. */
function wantedParts({ recurrence, now, until }: Swept): ReadonlyMap<string, Part> {
  const wanted = new Map<string, Part>();
  for (const one of upcoming(recurrence.parts, now)) {
    if (one.at > until) break;
    wanted.set(keyOf(one), one.part);
  }
  return wanted;
}

async function isWithdrawn(one: StoredOccurrence, part: Part | undefined, swept: Swept & Tools): Promise<boolean> {
  const { recurrence, targets, now, posts, occurrences } = swept;
  if (one.postId === null) {
    await occurrences.withdraw(one);
    return true;
  }
  const post = await posts.findUntouched(one.teamId, one.postId, now);
  if (!post) return false;
  const also = [unchanged(recurrence)];
  const isKept = part !== undefined && sameIds(part.connectionIds, one.connectionIds);
  try {
    const wanted = isKept && { content: contentOf(part), targets: [...targets.values()] };
    if (wanted && (await isTaken(posts.rewrite(post, wanted, { now, also })))) return false;
    await posts.remove(post, { now, also: [...also, ...withdrawWrites(one)] });
    return true;
  } catch (error) {
    if (error instanceof AlsoRefused) throw new RecurrenceChanged({ cause: error });
    // Whoever edits or deletes the post at this moment has it: it is theirs from now on.
    if (error instanceof Fault && error.entry === postFaults['post.locked']) return false;
    throw error;
  }
}

/** A content that a target does not take goes out on none: the post goes, and the occurrence is skipped, saying why. */
async function isTaken(rewriting: Promise<void>): Promise<boolean> {
  try {
    await rewriting;
    return true;
  } catch (error) {
    if (contentRefusal(error)) return false;
    throw error;
  }
}

const sameIds = (some: readonly string[], others: readonly string[]) =>
  some.toSorted().join() === others.toSorted().join();
