import type { TargetConnection } from '../connections/public.ts';
import { addSeconds } from '../runtime/clock.ts';
import { Fault } from '../runtime/fault.ts';
import type { ZonedTime } from '../runtime/shapes.ts';
import type { Write } from '../runtime/table.ts';
import { checkContent } from './check-content.ts';
import { textOnly } from './content.ts';
import { postFaults } from './contract.ts';
import { hintDue, type PublishQueue } from './hint.ts';
import { newPost, type PlannedPost, plan } from './post.ts';
import { type PostTable, postTable } from './post-table.ts';
import { editLockSeconds } from './publication.ts';
import { plannedTime } from './publish-time.ts';
import { targetsOf } from './targets.ts';

/** `queue`: where posts are made that may come within a minute. */
type Tools = { posts: Pick<PostTable, 'load' | 'insert' | 'replace' | 'delete'>; queue?: PublishQueue };
type Content = { text: string; targets: readonly TargetConnection[] };
/** `also`: what the recurrence writes of its own, all or nothing. */
type Circumstances = { now: Date; also?: readonly Write[] };
type NewOne = Content & { id: string; teamId: string; userId: string; recurrenceId: string; time: ZonedTime };

/** The posts of recurrences: ordinary ones, which change and go with their recurrence until somebody edits them. */
export function recurringPosts({ posts, queue }: Tools = { posts: postTable() }) {
  return {
    async add({ recurrenceId, text, targets, time, ...author }: NewOne, { now, also = [] }: Circumstances) {
      checkContent(textOnly(text), targets);
      const empty = { ...newPost(author, now), recurrence: { recurrenceId, edited: false } };
      const planned = plan(empty, { text, targets: targetsOf(targets), ...plannedTime(time) }, now);
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
    async rewrite(before: PlannedPost, { text, targets }: Content, { now, also = [] }: Circumstances): Promise<void> {
      if (text === before.post.text) return;
      const { post, publications } = before;
      checkContent(
        textOnly(text),
        targets.filter(({ id }) => post.targets.some(({ connectionId }) => connectionId === id)),
      );
      const revision = post.revision + 1;
      const after = { ...post, text, updatedAt: now.toISOString(), revision };
      await posts.replace(
        before,
        { post: after, publications: publications.map((one) => ({ ...one, plan: revision })) },
        also,
      );
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
