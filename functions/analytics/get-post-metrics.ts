import { postFaults } from '../posts/contract.ts';
import { type PostTable, postTable } from '../posts/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { analyticsContract } from './contract.ts';
import { type MetricsTable, metricsTable } from './metrics-table.ts';

type Tools = { posts: Pick<PostTable, 'find'>; metrics: Pick<MetricsTable, 'list'> };

export async function getPostMetrics(call: Call<typeof analyticsContract.getPostMetrics>, { posts, metrics }: Tools) {
  const { teamId } = call.caller;
  const { postId } = call.path;
  const [post, read] = await Promise.all([posts.find(teamId, postId), metrics.list(teamId, postId)]);
  if (!post) throw new Fault(postFaults['post.not_found']);
  const byTarget = new Map(read.map((one) => [one.connectionId, one]));
  const targets = post.targets.map(({ connectionId, platform }) => {
    const nothingYet = { connectionId, platform, likes: null, reposts: null, replies: null, fetchedAt: null };
    return byTarget.get(connectionId) ?? nothingYet;
  });
  return { postId, targets };
}

export const handler = endpoint(analyticsContract.getPostMetrics, getPostMetrics, () => ({
  posts: postTable(),
  metrics: metricsTable(),
}));
