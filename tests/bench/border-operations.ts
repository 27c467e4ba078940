import { randomUUID } from 'node:crypto';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { handler as getConnection } from '../../functions/connections/get-connection.ts';
import { postsContract } from '../../functions/posts/contract.ts';
import { handler as createPost } from '../../functions/posts/create-post.ts';
import { handler as deletePost } from '../../functions/posts/delete-post.ts';
import { handler as getPost } from '../../functions/posts/get-post.ts';
import { handler as publishPost } from '../../functions/posts/publish-post.ts';
import { handler as updatePost } from '../../functions/posts/update-post.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { handler as updateTeam } from '../../functions/teams/update-team.ts';
import type { BorderOperation } from './border-costs.ts';
import { madeId } from './made-id.ts';
import { operationsOf } from './operation.ts';
import type { Scene } from './scene.ts';

/** A free plan, which the pace of the bench nearly uses up. */
const plan = { hourLimit: '100', dayLimit: '1000' };

/** One operation of each kind, by what its border does for it; keyed is one with an `Idempotency-Key`. */
export function borderOperations({ caller, connectionIds }: Scene): BorderOperation[] {
  const operation = operationsOf({ ...caller, ...plan });
  const [connectionId = ''] = connectionIds;
  const { teamId = '' } = caller;
  const body = { text: 'Good news', connectionIds };
  const onPost = (postId: string) => ({ path: { postId } });
  const rename = (postId: string) => ({ ...onPost(postId), body: { text: 'Better news', connectionIds } });
  const withKey = () => ({ headers: { 'idempotency-key': randomUUID() } });

  const draft = operation(postsContract.createPost, createPost, () => ({ body }));
  const prepare = async () => madeId(await draft.run(''));
  const keyed = operation(postsContract.createPost, createPost, () => ({ body, ...withKey() }));
  const publish = operation(postsContract.publishPost, publishPost, (id) => ({ ...onPost(id), ...withKey() }));
  return [
    {
      ...operation(connectionsContract.getConnection, getConnection, () => ({ path: { connectionId } })),
      name: 'getConnection',
      kind: 'read',
    },
    { ...operation(postsContract.getPost, getPost, onPost), name: 'getPost, versioned', kind: 'read', prepare },
    { ...operation(postsContract.updatePost, updatePost, rename), name: 'updatePost', kind: 'write', prepare },
    { ...keyed, name: 'createPost, keyed', kind: 'write' },
    {
      ...operation(postsContract.deletePost, deletePost, onPost),
      name: 'deletePost, audited',
      kind: 'write',
      prepare,
    },
    { ...publish, name: 'publishPost, audited and keyed', kind: 'write', prepare },
    {
      ...operation(teamsContract.updateTeam, updateTeam, () => ({ path: { teamId }, body: { name: 'Ada and team' } })),
      name: 'updateTeam, audited',
      kind: 'blind write',
    },
  ];
}
