import * as z from 'zod';
import { addSeconds } from '../runtime/clock.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { Post, type PostTarget, postFaults } from './contract.ts';
import { derivePostState, editLockSeconds, type StoredPublication, targetOf, withPublications } from './publication.ts';
import { isSettled, transitions } from './transitions.ts';

/** A post as stored. `targets` is a summary of its publications, kept in step whenever one of them settles. */
export const StoredPost = Post.extend({ teamId: idOf('team'), revision: z.number().int() });
export type StoredPost = z.infer<typeof StoredPost>;

/** A post together with the publications that are planned for it. */
export type PlannedPost = { post: StoredPost; publications: StoredPublication[] };

/** A connection to publish to; `publishAt` only where it has a time of its own, such as a slot. */
export type Target = Pick<PostTarget, 'connectionId' | 'platform'> & { publishAt?: string };
type Wish = {
  text: string;
  targets: readonly Target[];
  publishAt: string | null;
  /** Publications that this planning leaves as they are; their connections are among the targets. */
  kept?: readonly StoredPublication[];
};

type Author = { id: string; teamId: string; userId: string };

/** A post before its first planning. */
export const newPost = ({ id, teamId, userId }: Author, now: Date): StoredPost => ({
  id,
  teamId,
  authorId: userId,
  text: '',
  state: 'draft',
  publishAt: null,
  targets: [],
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
  revision: 0,
});

/** The post and its publications after `wish`; without a time it is a draft and nothing is planned. */
export function plan(base: StoredPost, { text, targets, publishAt, kept = [] }: Wish, now: Date): PlannedPost {
  const revision = base.revision + 1;
  const planned = targets.map((target): StoredPublication | undefined => {
    const as = kept.find(({ connectionId }) => connectionId === target.connectionId);
    const at = publishAt && (target.publishAt ?? publishAt);
    return as ?? (at === null ? undefined : publication({ ...base, revision }, { ...target, publishAt: at }, now));
  });
  const publications = planned.filter((one) => one !== undefined);
  const shown = targets.map((target, place) => shownTarget(target, planned[place]));
  const state = derivePostState(shown.map((target) => target.state));
  const post = { ...base, text, publishAt, targets: shown, state, updatedAt: now.toISOString(), revision };
  return { post, publications };
}

const shownTarget = ({ connectionId, platform }: Target, planned: StoredPublication | undefined): PostTarget =>
  planned ? targetOf(planned) : { connectionId, platform, state: 'draft' };

function publication(post: StoredPost, target: Required<Target>, now: Date): StoredPublication {
  const { connectionId, platform, publishAt } = target;
  const isNow = publishAt <= now.toISOString();
  return {
    connectionId,
    platform,
    teamId: post.teamId,
    postId: post.id,
    state: transitions[isNow ? 'queue' : 'schedule'].to,
    publishAt,
    dueAt: publishAt,
    nextAttemptAt: publishAt,
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
  if (states.some((state) => state === 'published' || state === 'unconfirmed'))
    throw new Fault(postFaults['post.final']);
  const nearUntil = addSeconds(now, editLockSeconds).toISOString();
  const open = planned.publications.filter(({ state }) => !isSettled(state));
  // By their own times: one that is tried again by hand is under way, whenever the post was planned for.
  if (open.some(({ state, dueAt }) => state === 'publishing' || dueAt <= nearUntil))
    throw new Fault(postFaults['post.locked']);
}
