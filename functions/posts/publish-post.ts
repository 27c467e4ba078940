import { connectionReader } from '../connections/public.ts';
import { publishingWorkers } from '../publishing/contract.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { workQueue } from '../runtime/queue.ts';
import { postsContract } from './contract.ts';
import { laneTable } from './lane-table.ts';
import { postTable } from './post-table.ts';
import { type ReplanTools, replan } from './replan.ts';

type Tools = ReplanTools & { now: Now };

export async function publishPost(
  { path, caller, expectedRevision }: Call<typeof postsContract.publishPost>,
  tools: Tools,
) {
  const now = tools.now();
  const before = await tools.posts.load(caller.teamId, path.postId);
  return replan(before, { publishAt: now.toISOString() }, tools, { now, expectedRevision });
}

export const handler = endpoint(postsContract.publishPost, publishPost, () => ({
  posts: postTable(),
  lanes: laneTable(),
  connections: connectionReader(),
  queue: workQueue(publishingWorkers.publishLane),
  now,
}));
