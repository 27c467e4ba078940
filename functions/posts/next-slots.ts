import { Fault } from '../runtime/fault.ts';
import type { FreeSlots } from '../scheduling/public.ts';
import { postFaults } from './faults.ts';
import type { PlannedPost, TargetTime } from './post.ts';

/** The next free slot of each target, a slot that the post has itself included; and the earliest of them. */
export async function nextSlots({ post, publications }: PlannedPost, slots: FreeSlots, now: Date) {
  const connectionIds = post.targets.map(({ connectionId }) => connectionId);
  if (connectionIds.length === 0) throw new Fault(postFaults['post.no_targets']);
  const own = new Map(publications.filter(({ inSlot }) => inSlot).map((one) => [one.connectionId, one.publishAt]));
  const times = new Map<string, TargetTime>();
  const without: string[] = [];
  await Promise.all(
    connectionIds.map(async (connectionId) => {
      const lane = { teamId: post.teamId, connectionId };
      const slot = await slots.next(lane, { now, own: own.get(connectionId) });
      if (slot) times.set(connectionId, slot);
      else without.push(connectionId);
    }),
  );
  if (without.length > 0) throw new Fault(postFaults['post.no_free_slot'], { detail: `none: ${without.join(', ')}` });
  const [publishAt = ''] = [...times.values()].map((time) => time.publishAt).toSorted();
  return { times, publishAt };
}
