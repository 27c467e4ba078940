import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { postsContract } from './contract.ts';
import { type PostTable, postTable } from './post-table.ts';
import { withPublications } from './publication.ts';

type Tools = { posts: Pick<PostTable, 'load'> };

export async function getPost({ path, caller }: Call<typeof postsContract.getPost>, { posts }: Tools) {
  return withPublications(await posts.load(caller.teamId, path.postId));
}

export const handler = endpoint(postsContract.getPost, getPost, () => ({ posts: postTable() }));
