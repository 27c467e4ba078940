import { hintDue, type PublishQueue } from './hint.ts';
import { checkChangeable, checkRevision, checkSchedule, type PlannedPost, plan, type StoredPost } from './post.ts';
import type { PostTable } from './post-table.ts';
import { checkText, findTargets, type TargetFinder, targetsOf } from './targets.ts';

export type ReplanTools = {
  posts: Pick<PostTable, 'load' | 'replace'>;
  connections: TargetFinder;
  queue: PublishQueue;
};
type Wish = { text?: string | undefined; connectionIds?: string[] | undefined; publishAt?: string | null | undefined };
type Moment = { now: Date; expectedRevision: number | undefined };

/** Gives a post that may still change a new text, targets or time; what the wish leaves out stays. */
export async function replan(
  before: PlannedPost,
  wish: Wish,
  tools: ReplanTools,
  { now, expectedRevision }: Moment,
): Promise<StoredPost> {
  const { post } = before;
  checkRevision(post, expectedRevision);
  checkChangeable(before, now);
  const { text = post.text, publishAt = post.publishAt } = wish;
  const connectionIds = wish.connectionIds ?? post.targets.map(({ connectionId }) => connectionId);
  const connections = await findTargets(tools.connections, post.teamId, connectionIds);
  const targets = targetsOf(connections);
  checkSchedule({ targets, publishAt }, now);
  if (publishAt !== null) checkText(text, connections);
  const after = plan(post, { text, targets, publishAt }, now);
  await tools.posts.replace(before, after);
  await hintDue(tools.queue, after.publications, now);
  return after.post;
}
