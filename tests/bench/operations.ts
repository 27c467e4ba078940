import { analyticsContract } from '../../functions/analytics/contract.ts';
import { handler as getPostMetrics } from '../../functions/analytics/get-post-metrics.ts';
import { metricsTable } from '../../functions/analytics/metrics-table.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { handler as getConnection } from '../../functions/connections/get-connection.ts';
import { handler as listConnections } from '../../functions/connections/list-connections.ts';
import { identityContract } from '../../functions/identity/contract.ts';
import { handler as getMe } from '../../functions/identity/get-me.ts';
import { operationsContract } from '../../functions/operations/contract.ts';
import { handler as getHealth } from '../../functions/operations/get-health.ts';
import { platformsContract } from '../../functions/platforms/contract.ts';
import { handler as listPlatforms } from '../../functions/platforms/list-platforms.ts';
import { postsContract } from '../../functions/posts/contract.ts';
import { handler as createPost } from '../../functions/posts/create-post.ts';
import { handler as deletePost } from '../../functions/posts/delete-post.ts';
import { handler as getPost } from '../../functions/posts/get-post.ts';
import { handler as listPosts } from '../../functions/posts/list-posts.ts';
import { handler as publishPost } from '../../functions/posts/publish-post.ts';
import { handler as updatePost } from '../../functions/posts/update-post.ts';
import { madeId } from './made-id.ts';
import { type Operation, operationsOf } from './operation.ts';
import type { Scene } from './scene.ts';

const far = '2035-01-01T12:00:00.000Z';
const farther = '2035-01-02T12:00:00.000Z';

/** The main line of the API, each operation by its real handler. */
export function operations(scene: Scene): Operation[] {
  const { caller, connectionIds } = scene;
  const [connectionId = ''] = connectionIds;
  const operation = operationsOf(caller);
  const { createPost: creating, getPost: getting, updatePost: updating } = postsContract;
  const draft = operation(creating, createPost, () => ({ body: { text: 'Good news', connectionIds } }));
  const scheduled = operation(creating, createPost, () => ({
    body: { text: 'Good news', connectionIds, publishAt: far },
  }));
  const prepare = async () => madeId(await scheduled.run(''));
  const onPost = (postId: string) => ({ path: { postId } });
  const change = (postId: string) => ({ ...onPost(postId), body: { text: 'Better news', publishAt: farther } });
  const withMetrics = async () => {
    const postId = await prepare();
    for (const id of connectionIds) await follow(postId, id, caller.teamId ?? '');
    return postId;
  };
  return [
    { name: 'authorizeRequest', isRead: true, run: () => scene.authorize().then(JSON.stringify) },
    operation(operationsContract.getHealth, getHealth),
    operation(platformsContract.listPlatforms, listPlatforms),
    operation(identityContract.getMe, getMe),
    operation(connectionsContract.listConnections, listConnections),
    operation(connectionsContract.getConnection, getConnection, () => ({ path: { connectionId } })),
    { ...draft, name: 'createPost (draft)' },
    { ...scheduled, name: 'createPost (scheduled)' },
    operation(postsContract.listPosts, listPosts),
    { ...operation(getting, getPost, onPost), prepare },
    { ...operation(analyticsContract.getPostMetrics, getPostMetrics, onPost), prepare: withMetrics },
    { ...operation(updating, updatePost, change), prepare },
    { ...operation(postsContract.publishPost, publishPost, onPost), prepare: async () => madeId(await draft.run('')) },
    { ...operation(postsContract.deletePost, deletePost, onPost), prepare },
  ];
}

const follow = (postId: string, connectionId: string, teamId: string) =>
  metricsTable().track(
    {
      teamId,
      postId,
      connectionId,
      platform: 'mastodon',
      platformPostId: '1',
      publishedAt: far,
      likes: 1,
      reposts: 1,
      replies: 1,
      fetchedAt: far,
    },
    new Date(farther),
  );
