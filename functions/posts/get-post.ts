import { connectionReader } from '../connections/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { postsContract } from './contract.ts';
import { type ForecastTools, forecast } from './forecast.ts';
import { laneTable } from './lane-table.ts';
import { type PostTable, postTable } from './post-table.ts';
import { withPublications } from './publication.ts';
import type { TargetFinder } from './targets.ts';
import { waitingTargets } from './warnings.ts';

type Tools = ForecastTools & { posts: Pick<PostTable, 'load'>; connections: TargetFinder };

export async function getPost(
  { path, caller }: Call<typeof postsContract.getPost>,
  { posts, connections, lanes }: Tools,
) {
  const post = withPublications(await posts.load(caller.teamId, path.postId));
  const waiting = waitingTargets(post).map(({ connectionId }) => connectionId);
  const found = waiting.length > 0 ? await connections.findMany(caller.teamId, waiting) : [];
  return { ...post, warnings: await forecast(post, found, { lanes }) };
}

export const handler = endpoint(postsContract.getPost, getPost, () => ({
  posts: postTable(),
  lanes: laneTable(),
  connections: connectionReader(),
}));
