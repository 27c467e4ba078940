import * as z from 'zod';
import { addSeconds } from '../runtime/clock.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { partsFor, textOnly } from './content.ts';
import { type PostContent, StoredContent } from './content-schemas.ts';
import { postFaults } from './faults.ts';
import { derivePostState, editLockSeconds, type StoredPublication, targetOf, withPublications } from './publication.ts';
import { Post, type PostTarget, type Schedule } from './schemas.ts';
import { isSettled, transitions } from './transitions.ts';

/** A post as stored, without what is only told. `targets` is a summary of its publications, kept in step whenever one of them settles. */
export const StoredPost = Post.omit({ warnings: true }).extend({
  ...StoredContent.shape,
  teamId: idOf('team'),
  revision: z.number().int(),
  schedule: Post.shape.schedule.default(null),
  recurrence: Post.shape.recurrence.default(null),
});
export type StoredPost = z.infer<typeof StoredPost>;

/** A post together with the publications that are planned for it. */
export type PlannedPost = { post: StoredPost; publications: StoredPublication[] };

/** When a publication goes out: with the local time that says so, where it was given as one. */
export type TargetTime = Pick<StoredPublication, 'publishAt' | 'localTime' | 'timeZone' | 'inSlot'>;
/** A connection to publish to; `time` only where it has one of its own, such as a slot. */
export type Target = Pick<PostTarget, 'connectionId' | 'platform'> & { time?: TargetTime | undefined };
type Wish = Partial<PostContent> & {
  text: string;
  targets: readonly Target[];
  publishAt: string | null;
  /** The local time that `publishAt` comes from, if any. */
  schedule?: Schedule | null;
  /** Publications that this planning leaves as they are; their connections are among the targets. */
  kept?: readonly StoredPublication[];
};

type Author = { id: string; teamId: string; userId: string };

/** A post before its first planning. */
export const newPost = ({ id, teamId, userId }: Author, now: Date): StoredPost => ({
  id,
  teamId,
  authorId: userId,
  ...textOnly(''),
  state: 'draft',
  publishAt: null,
  schedule: null,
  recurrence: null,
  targets: [],
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
  revision: 0,
});

/** The post and its publications after `wish`; without a time it is a draft and nothing is planned. */
export function plan(base: StoredPost, wish: Wish, now: Date): PlannedPost {
  const { targets, publishAt, schedule = null, kept = [], ...content } = wish;
  const revision = base.revision + 1;
  const post = { ...base, ...content, publishAt, schedule, revision };
  const { localTime, timeZone } = schedule ?? {};
  const time = publishAt === null ? undefined : { publishAt, localTime, timeZone };
  const planned = targets.map((target): StoredPublication | undefined => {
    const as = kept.find(({ connectionId }) => connectionId === target.connectionId);
    return as ? recounted(as, post) : time && publication(post, { ...target, time: target.time ?? time }, now);
  });
  const publications = planned.filter((one) => one !== undefined);
  const shown = targets.map((target, place) => shownTarget(target, planned[place]));
  const state = derivePostState(shown.map((target) => target.state));
  return { post: { ...post, targets: shown, state, updatedAt: now.toISOString() }, publications };
}

/** What is planned, with another content. */
export function withContent({ post, publications }: PlannedPost, content: PostContent, now: Date): PlannedPost {
  const revision = post.revision + 1;
  const after = { ...post, ...content, updatedAt: now.toISOString(), revision };
  const replanned = publications.map((one) => ({ ...recounted(one, after), plan: revision }));
  return { post: withPublications({ post: after, publications: replanned }), publications: replanned };
}

/** One that is left as it is, but would go out with what the post says by now. */
const recounted = ({ partCount: _, ...kept }: StoredPublication, post: StoredPost): StoredPublication => ({
  ...kept,
  ...counted(kept.platform, post),
});

function counted(platform: StoredPublication['platform'], post: StoredPost): Pick<StoredPublication, 'partCount'> {
  const partCount = partsFor(platform, post).length;
  return partCount > 1 ? { partCount } : {};
}

const shownTarget = ({ connectionId, platform }: Target, planned: StoredPublication | undefined): PostTarget =>
  planned ? targetOf(planned) : { connectionId, platform, state: 'draft' };

type Timed = Target & { time: TargetTime };

function publication(post: StoredPost, { connectionId, platform, time }: Timed, now: Date): StoredPublication {
  const { publishAt } = time;
  const isNow = publishAt <= now.toISOString();
  return {
    connectionId,
    platform,
    teamId: post.teamId,
    postId: post.id,
    state: transitions[isNow ? 'queue' : 'schedule'].to,
    ...time,
    dueAt: publishAt,
    nextAttemptAt: publishAt,
    ...counted(platform, post),
    plan: post.revision,
    attempts: 0,
    leaseUntil: '',
  };
}

/** Refuses times that are over and schedules without a target. */
export function checkSchedule({ targets, publishAt }: Pick<Wish, 'targets' | 'publishAt'>, now: Date): void {
  if (publishAt === null) return;
  if (targets.length === 0) throw new Fault(postFaults['post.no_targets']);
  if (publishAt >= now.toISOString()) return;
  const errors = [{ path: 'body.publishAt', code: 'post.in_past', message: 'is in the past' }];
  throw new Fault(postFaults['post.in_past'], { errors });
}

/** Refuses a change that was meant for an earlier revision of the post. */
export function checkRevision({ revision }: StoredPost, expected: number | undefined): void {
  if (expected !== undefined && expected !== revision) throw new Fault(commonFaults['version.changed']);
}

/** Refuses changes to a post that is out, on its way, or due within seconds. A post that failed everywhere may change. */
export function checkChangeable(planned: PlannedPost, now: Date): void {
  const states = withPublications(planned).targets.map(({ state }) => state);
  const isOutInPart = planned.publications.some(({ parts }) => parts !== undefined);
  if (isOutInPart || states.some((state) => state === 'published' || state === 'unconfirmed'))
    throw new Fault(postFaults['post.final']);
  const nearUntil = addSeconds(now, editLockSeconds).toISOString();
  const open = planned.publications.filter(({ state }) => !isSettled(state));
  // By their own times: one that is tried again by hand is under way, whenever the post was planned for.
  if (open.some(({ state, dueAt }) => state === 'publishing' || dueAt <= nearUntil))
    throw new Fault(postFaults['post.locked']);
}
