import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { postsContract } from './contract.ts';
import { checkChangeable, checkRevision } from './post.ts';
import { type PostTable, postTable } from './post-table.ts';

type Tools = { posts: Pick<PostTable, 'load' | 'delete'>; now: Now };

export async function deletePost(
  { path, caller, expectedRevision }: Call<typeof postsContract.deletePost>,
  { posts, now }: Tools,
) {
  const planned = await posts.load(caller.teamId, path.postId);
  checkRevision(planned.post, expectedRevision);
  checkChangeable(planned, now());
  await posts.delete(planned);
}

export const handler = endpoint(postsContract.deletePost, deletePost, () => ({ posts: postTable(), now }));
