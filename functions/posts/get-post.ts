import { connectionReader } from '../connections/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { postsContract } from './contract.ts';
import { type PostTable, postTable } from './post-table.ts';
import { withPublications } from './publication.ts';
import type { TargetFinder } from './targets.ts';
import { waitingTargets, warningsOf } from './warnings.ts';

type Tools = { posts: Pick<PostTable, 'load'>; connections: TargetFinder };

export async function getPost({ path, caller }: Call<typeof postsContract.getPost>, { posts, connections }: Tools) {
  const post = withPublications(await posts.load(caller.teamId, path.postId));
  const waiting = waitingTargets(post).map(({ connectionId }) => connectionId);
  const found = waiting.length > 0 ? await connections.findMany(caller.teamId, waiting) : [];
  return { ...post, warnings: warningsOf(post, found) };
}

export const handler = endpoint(postsContract.getPost, getPost, () => ({
  posts: postTable(),
  connections: connectionReader(),
}));
