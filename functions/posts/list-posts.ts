import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { postsContract } from './contract.ts';
import { type PostTable, postTable } from './post-table.ts';

type Tools = { posts: Pick<PostTable, 'list'>; cursors: Cursors };

export async function listPosts({ query, caller }: Call<typeof postsContract.listPosts>, tools: Tools) {
  const { limit, state, cursor } = query;
  const scope = `${caller.teamId} listPosts ${state ?? ''}`;
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const { posts, next } = await tools.posts.list(caller.teamId, { state, limit, after });
  return { items: posts, next: next === undefined ? null : tools.cursors.write(scope, next) };
}

export const handler = endpoint(postsContract.listPosts, listPosts, () => ({ posts: postTable(), cursors: cursors() }));
