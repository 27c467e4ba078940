import { zoneRules } from '../scheduling/public.ts';
import type { PlannedPost } from './post.ts';
import { type StoredPublication, targetOf } from './publication.ts';
import { plannedTime } from './publish-time.ts';

/** When its local time is by the rules of now; undefined where none says when, and of what is tried already. */
function instantNow({ localTime, timeZone, state, attempts }: StoredPublication): string | undefined {
  if (localTime === undefined || timeZone === undefined || state !== 'scheduled' || attempts > 0) return undefined;
  return zoneRules(timeZone).instantOf(localTime).at.toISOString();
}

/** The rules of its zone have changed since it was planned. */
export const isMoved = (publication: StoredPublication): boolean =>
  (instantNow(publication) ?? publication.publishAt) !== publication.publishAt;

/** The post with its publications where their local times are by the rules of now. */
export function withZoneRules({ post, publications }: PlannedPost, now: Date): PlannedPost {
  const moved = publications.map((one) => {
    const at = instantNow(one);
    return at === undefined ? one : { ...one, publishAt: at, dueAt: at, nextAttemptAt: at };
  });
  const current = new Map(moved.map((one) => [one.connectionId, targetOf(one)]));
  const [earliest = post.publishAt] = moved.map(({ publishAt }) => publishAt).toSorted();
  const time = post.schedule ? plannedTime(post.schedule) : { publishAt: earliest, schedule: null };
  const after = {
    ...post,
    ...time,
    targets: post.targets.map((target) => current.get(target.connectionId) ?? target),
    updatedAt: now.toISOString(),
    revision: post.revision + 1,
  };
  return { post: after, publications: moved };
}
