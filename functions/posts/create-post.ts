import { connectionReader } from '../connections/public.ts';
import { publishingWorkers } from '../publishing/contract.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { newId } from '../runtime/ids.ts';
import { workQueue } from '../runtime/queue.ts';
import { checkContent, checkSize } from './check-content.ts';
import { contentOf } from './content.ts';
import { postsContract } from './contract.ts';
import { type ForecastTools, forecast } from './forecast.ts';
import { hintDue, type PublishQueue } from './hint.ts';
import { laneTable } from './lane-table.ts';
import { checkSchedule, newPost, plan } from './post.ts';
import { type PostTable, postTable } from './post-table.ts';
import { plannedTime } from './publish-time.ts';
import { findTargets, type TargetFinder, targetsOf } from './targets.ts';

type Tools = ForecastTools & {
  posts: Pick<PostTable, 'insert'>;
  connections: TargetFinder;
  queue: PublishQueue;
  now: Now;
  newId: () => string;
};

export async function createPost({ body, caller }: Call<typeof postsContract.createPost>, tools: Tools) {
  const content = contentOf(body);
  checkSize(content);
  const at = tools.now();
  const { publishAt, schedule } = body.publishAt ? plannedTime(body.publishAt) : { publishAt: null, schedule: null };
  const targets = await findTargets(tools.connections, caller.teamId, body.connectionIds);
  checkSchedule({ targets: targetsOf(targets), publishAt }, at);
  if (publishAt !== null) checkContent(content, targets);
  const empty = newPost({ id: tools.newId(), ...caller }, at);
  const planned = plan(empty, { ...content, targets: targetsOf(targets), publishAt, schedule }, at);
  const [warnings] = await Promise.all([forecast(planned.post, targets, tools), tools.posts.insert(planned)]);
  await hintDue(tools.queue, planned.publications, at);
  return { ...planned.post, warnings };
}

export const handler = endpoint(postsContract.createPost, createPost, () => ({
  posts: postTable(),
  lanes: laneTable(),
  connections: connectionReader(),
  queue: workQueue(publishingWorkers.publishLane),
  now,
  newId: () => newId('post'),
}));
