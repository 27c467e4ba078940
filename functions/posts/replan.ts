import { checkContent, checkSize } from './check-content.ts';
import { changedContent } from './content.ts';
import type { ContentPatch, PostContent } from './content-schemas.ts';
import { type ForecastTools, forecast } from './forecast.ts';
import { hintDue, type PublishQueue } from './hint.ts';
import {
  checkChangeable,
  checkRevision,
  checkSchedule,
  type PlannedPost,
  plan,
  type StoredPost,
  type Target,
  type TargetTime,
} from './post.ts';
import type { PostTable } from './post-table.ts';
import type { StoredPublication } from './publication.ts';
import { plannedTime } from './publish-time.ts';
import type { PostWarning, PublishTime } from './schemas.ts';
import { findTargets, type TargetFinder, targetsOf } from './targets.ts';

export type ReplanTools = ForecastTools & {
  posts: Pick<PostTable, 'load' | 'replace'>;
  connections: TargetFinder;
  queue: PublishQueue;
};
type Wish = ContentPatch & {
  connectionIds?: string[] | undefined;
  publishAt?: PublishTime | null | undefined;
  /** Times that targets get of their own, by their connections. */
  times?: ReadonlyMap<string, TargetTime> | undefined;
};
type Moment = { now: Date; expectedRevision: number | undefined };

/** Gives a post that may still change another content, targets or time; what the wish leaves out stays. */
export async function replan(
  before: PlannedPost,
  wish: Wish,
  tools: ReplanTools,
  { now, expectedRevision }: Moment,
): Promise<StoredPost & { warnings: PostWarning[] }> {
  const { post } = before;
  checkRevision(post, expectedRevision);
  checkChangeable(before, now);
  const content = changedContent(post, wish);
  checkSize(content);
  const { publishAt, schedule } = timeOf(post, wish);
  const wanted = await wantedTargets(post, { ...content, publishAt, connectionIds: wish.connectionIds }, tools);
  const targets = withOwnTimes(wanted.targets, before, wish);
  checkSchedule({ targets, publishAt }, now);
  const edited = { ...post, recurrence: post.recurrence && { ...post.recurrence, edited: true } };
  const after = plan(edited, { ...content, targets, publishAt, schedule, kept: keptOf(before, wish) }, now);
  const [warnings] = await Promise.all([forecast(after.post, wanted.found, tools), tools.posts.replace(before, after)]);
  await hintDue(tools.queue, after.publications, now);
  return { ...after.post, warnings };
}

function timeOf({ publishAt, schedule }: StoredPost, wish: Wish) {
  if (wish.publishAt === undefined) return { publishAt, schedule };
  return wish.publishAt === null ? { publishAt: null, schedule: null } : plannedTime(wish.publishAt);
}

/** Another text does not bring back a target that the team gave up; another time, or naming it again, does. */
const keptOf = ({ publications }: PlannedPost, { publishAt, connectionIds }: Wish) =>
  publishAt === undefined && connectionIds === undefined
    ? publications.filter(({ state }) => state === 'cancelled')
    : [];

/** Connections are looked up when they are named anew, and when the post is to be published on them. */
async function wantedTargets(post: StoredPost, wish: Wish & PostContent, { connections }: ReplanTools) {
  if (wish.publishAt === null && wish.connectionIds === undefined) return { targets: post.targets, found: [] };
  const connectionIds = wish.connectionIds ?? post.targets.map(({ connectionId }) => connectionId);
  const found = await findTargets(connections, post.teamId, connectionIds);
  if (wish.publishAt !== null) checkContent(wish, found);
  return { targets: targetsOf(found), found };
}

/** Targets that had times of their own keep them as long as no other time is wished for. */
function withOwnTimes(
  targets: readonly Target[],
  { publications }: PlannedPost,
  { publishAt, times }: Wish,
): readonly Target[] {
  const own = publishAt === undefined ? new Map(publications.map((one) => [one.connectionId, timeIn(one)])) : times;
  return targets.map(({ connectionId, platform }) => ({ connectionId, platform, time: own?.get(connectionId) }));
}

const timeIn = ({ publishAt, localTime, timeZone, inSlot }: StoredPublication): TargetTime => ({
  publishAt,
  localTime,
  timeZone,
  inSlot,
});
