import { isDeepStrictEqual } from 'node:util';
import type { TargetConnection } from '../connections/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import { Fault } from '../runtime/fault.ts';
import type { ZonedTime } from '../runtime/shapes.ts';
import type { Write } from '../runtime/table.ts';
import { checkContent } from './check-content.ts';
import { contentOf } from './content.ts';
import type { PostContent } from './content-schemas.ts';
import { postFaults } from './faults.ts';
import { hintDue, type PublishQueue } from './hint.ts';
import { newPost, type PlannedPost, plan, withContent } from './post.ts';
import { type PostTable, postTable } from './post-table.ts';
import { editLockSeconds } from './publication.ts';
import { plannedTime } from './publish-time.ts';
import { targetsOf } from './targets.ts';

/** `queue`: where posts are made that may come within a minute. */
type Tools = { posts: Pick<PostTable, 'load' | 'insert' | 'replace' | 'delete'>; queue?: PublishQueue };
type Content = { content: PostContent; targets: readonly TargetConnection[] };
/** `also`: what the recurrence writes of its own, all or nothing. */
type Circumstances = { now: Date; also?: readonly Write[] };
type NewOne = Content & { id: string; teamId: string; userId: string; recurrenceId: string; time: ZonedTime };

/** The posts of recurrences: ordinary ones, which change and go with their recurrence until somebody edits them. */
export function recurringPosts({ posts, queue }: Tools = { posts: postTable() }) {
  return {
    async add({ recurrenceId, content, targets, time, ...author }: NewOne, { now, also = [] }: Circumstances) {
      checkContent(content, targets);
      const empty = { ...newPost(author, now), recurrence: { recurrenceId, edited: false } };
      const planned = plan(empty, { ...content, targets: targetsOf(targets), ...plannedTime(time) }, now);
      await posts.insert(planned, also);
      if (queue) await hintDue(queue, planned.publications, now);
    },
    /** Undefined when the post is gone, edited by itself, near its time or past it. */
    async findUntouched(teamId: string, id: string, now: Date): Promise<PlannedPost | undefined> {
      const planned = await posts.load(teamId, id).catch((error) => {
        if (error instanceof Fault && error.entry === postFaults['post.not_found']) return undefined;
        throw error;
      });
      return planned && isUntouched(planned, now) ? planned : undefined;
    },
    async rewrite(
      before: PlannedPost,
      { content, targets }: Content,
      { now, also = [] }: Circumstances,
    ): Promise<void> {
      const { post } = before;
      if (isDeepStrictEqual(content, contentOf(post))) return;
      checkContent(
        content,
        targets.filter(({ id }) => post.targets.some(({ connectionId }) => connectionId === id)),
      );
      await posts.replace(before, withContent(before, content, now), also);
    },
    remove: (before: PlannedPost, { also = [] }: Circumstances): Promise<void> => posts.delete(before, also),
  };
}
export type RecurringPosts = ReturnType<typeof recurringPosts>;

function isUntouched({ post, publications }: PlannedPost, now: Date): boolean {
  const near = addSeconds(now, editLockSeconds).toISOString();
  const isWaiting = publications.every(
    ({ state, attempts, dueAt }) => state === 'scheduled' && attempts === 0 && dueAt > near,
  );
  return post.recurrence?.edited === false && isWaiting;
}
