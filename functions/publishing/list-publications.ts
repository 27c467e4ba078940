import { type PostTable, postTable } from '../posts/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AttemptTable, attemptTable } from './attempt-table.ts';
import { publishingContract } from './contract.ts';
import { publicationView } from './publication-view.ts';

type Tools = { posts: Pick<PostTable, 'load'>; attempts: Pick<AttemptTable, 'listLatest'> };

export async function listPublications(
  { path, caller }: Call<typeof publishingContract.listPublications>,
  { posts, attempts }: Tools,
) {
  const { publications } = await posts.load(caller.teamId, path.postId);
  const view = async (one: (typeof publications)[number]) => publicationView(one, await attempts.listLatest(one));
  return { items: await Promise.all(publications.map(view)) };
}

export const handler = endpoint(publishingContract.listPublications, listPublications, () => ({
  posts: postTable(),
  attempts: attemptTable(),
}));
