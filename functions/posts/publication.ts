import * as z from 'zod';
import { PlatformId } from '../platforms/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { LocalTime } from '../runtime/shapes.ts';
import type { Row } from '../runtime/table.ts';
import { publicationIdOf } from './publication-id.ts';
import {
  LatenessPolicy,
  type Post,
  type PostState,
  PostTarget,
  PublicationError,
  PublicationState,
} from './schemas.ts';
import { isSettled } from './transitions.ts';

/** A part of a thread that is out. Without its id, where a person said so, nothing can answer it. */
export const PublishedPart = z.object({
  platformPostId: z.string().optional(),
  url: z.string(),
  publishedAt: z.iso.datetime(),
  latenessMs: z.number().int(),
});
export type PublishedPart = z.infer<typeof PublishedPart>;

/** A post on its way to one connection, as stored. Only publications are published; the post's state follows from them. */
export const StoredPublication = z.object({
  teamId: idOf('team'),
  postId: idOf('post'),
  connectionId: idOf('conn'),
  platform: PlatformId,
  state: PublicationState,
  /** When the user wants it out; part of the handle, so it stays when the publication is tried again by hand. */
  publishAt: z.iso.datetime(),
  /** Where the time was given as a local one: what it says, and where. */
  localTime: LocalTime.optional(),
  timeZone: z.string().optional(),
  /** The time is a slot of the connection, which this publication has taken. */
  inSlot: z.literal(true).optional(),
  /** From when lateness counts: `publishAt`, or when somebody asked for another try. */
  dueAt: z.iso.datetime(),
  /** Later than `dueAt` only while a retry waits. */
  nextAttemptAt: z.iso.datetime(),
  /** Attempts before this moment are known not to have got through: somebody looked. */
  clearedAt: z.iso.datetime().optional(),
  /** Which planning of the post made this row: part of the handle, so that an edited post never reuses an old one. */
  plan: z.number().int(),
  /** Where more than the post itself is to go out, such as a thread: how much in all, and what of it is out, in order. */
  partCount: z.number().int().optional(),
  parts: z.array(PublishedPart).optional(),
  /** Claims so far. What came of the attempts is in the ledger (publishing/attempt-table.ts). */
  attempts: z.number().int(),
  /** How many of them came before somebody asked for another try: pauses between tries begin anew. */
  attemptsBefore: z.number().int().optional(),
  /** An attempt may have got through: the last publisher could not tell. */
  inDoubt: z.literal(true).optional(),
  /** While it lies in the future, another delivery must leave this publication alone. Empty when nobody holds it. */
  leaseUntil: z.union([z.literal(''), z.iso.datetime()]),
  leaseId: z.string().optional(),
  platformPostId: z.string().optional(),
  url: z.string().optional(),
  publishedAt: z.iso.datetime().optional(),
  latenessMs: z.number().int().optional(),
  error: PublicationError.optional(),
  /** The team's rule by which it was too late. */
  missedBy: LatenessPolicy.optional(),
});
export type StoredPublication = z.infer<typeof StoredPublication>;

/** The publication of a row of the table, if it is one. */
export const publicationOf = (row: Row): StoredPublication | undefined =>
  row.entity === 'publication' ? StoredPublication.parse(row) : undefined;

/** How long before its due time a post can no longer be changed. */
export const editLockSeconds = 5;

const underWay: readonly string[] = ['queued', 'publishing'] satisfies PublicationState[];

/** Of targets that have all ended, what weighs most: a post in doubt needs somebody sooner than one that failed. */
const byWeight = ['unconfirmed', 'failed', 'missed', 'cancelled'] as const;

/** What a post's state is, given those of its targets. */
export function derivePostState(states: readonly PostTarget['state'][]): PostState {
  if (states.every((state) => state === 'draft')) return 'draft';
  if (states.some((state) => underWay.includes(state))) return 'publishing';
  const waiting = states.some((state) => !isSettled(state));
  if (waiting) return states.some(isSettled) ? 'publishing' : 'scheduled';
  if (states.every((state) => state === 'published')) return 'published';
  if (states.includes('published')) return 'partially_published';
  return byWeight.find((state) => states.includes(state)) ?? 'failed';
}

/** A thread that is out in part is under way, even while it waits. */
export const stateWithParts = ({ state, parts }: Pick<PostTarget, 'state' | 'parts'>): PostTarget['state'] =>
  parts && parts.published > 0 && !isSettled(state) ? 'publishing' : state;

/** What callers see of a publication. */
export const targetOf = (publication: StoredPublication): PostTarget =>
  PostTarget.parse({ ...publication, publicationId: publicationIdOf(publication), ...shownParts(publication) });

/** From its first part on, a thread is there to be seen. */
function shownParts({ partCount, parts = [], url, platformPostId, publishedAt }: StoredPublication) {
  if (partCount === undefined) return {};
  const [first] = parts;
  return {
    url: url ?? first?.url,
    platformPostId: platformPostId ?? first?.platformPostId,
    publishedAt: publishedAt ?? first?.publishedAt,
    parts: { published: parts.length, all: partCount },
  };
}

/** A post as it is now: its summary replaced by what its publications say. */
export function withPublications<P extends Post>({
  post,
  publications,
}: {
  post: P;
  publications: readonly StoredPublication[];
}): P {
  const current = new Map(publications.map((publication) => [publication.connectionId, targetOf(publication)]));
  const targets = post.targets.map((target) => current.get(target.connectionId) ?? target);
  return { ...post, targets, state: derivePostState(targets.map(stateWithParts)) };
}
