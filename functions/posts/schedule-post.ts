import { connectionReader } from '../connections/public.ts';
import { publishingWorkers } from '../publishing/contract.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { workQueue } from '../runtime/queue.ts';
import { type FreeSlots, freeSlots } from '../scheduling/public.ts';
import { postsContract } from './contract.ts';
import { postFaults } from './faults.ts';
import { laneTable } from './lane-table.ts';
import { nextSlots } from './next-slots.ts';
import { postTable } from './post-table.ts';
import { type ReplanTools, replan } from './replan.ts';

type Tools = ReplanTools & { slots: FreeSlots; now: Now };
type ScheduleCall = Call<typeof postsContract.schedulePost>;

/** Posts that compete for the same slots; of those that want the same one, one gets it in each round. */
const slotTries = 20;

export async function schedulePost(call: ScheduleCall, tools: Tools) {
  const { body } = call;
  if (body.mode === 'next_slot') return intoNextSlots(call, tools);
  const now = tools.now();
  const before = await tools.posts.load(call.caller.teamId, call.path.postId);
  const publishAt = body.mode === 'now' ? now.toISOString() : body.publishAt;
  return replan(before, { publishAt }, tools, { now, expectedRevision: call.expectedRevision });
}

async function intoNextSlots({ path, caller, expectedRevision }: ScheduleCall, tools: Tools) {
  for (let tries = slotTries; ; tries--) {
    const now = tools.now();
    const before = await tools.posts.load(caller.teamId, path.postId);
    const { times, publishAt } = await nextSlots(before, tools.slots, now);
    try {
      return await replan(before, { publishAt, times }, tools, { now, expectedRevision });
    } catch (error) {
      const isTaken = error instanceof Fault && error.entry === postFaults['post.slot_taken'];
      if (!isTaken || tries <= 1) throw error;
    }
  }
}

export const handler = endpoint(postsContract.schedulePost, schedulePost, () => ({
  posts: postTable(),
  lanes: laneTable(),
  connections: connectionReader(),
  queue: workQueue(publishingWorkers.publishLane),
  slots: freeSlots(),
  now,
}));
