import type { Account, Publication, Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { provedByContainer } from '../container-proof.ts';
import { findContainer } from './containers.ts';
import { type ListedPost, listLimit, listPosts, listReplies } from './posts.ts';

/** Posts and replies are in lists of their own, and a reply tells what it answers. */
export const reconcile = (tools: AppTools, account: Account, publication: Publication): Promise<Reconciled> =>
  provedByContainer(publication, {
    name: 'Threads',
    now: tools.now,
    async isPublished(prepared) {
      const container = await findContainer(tools, account, prepared);
      return container && container.status === 'PUBLISHED';
    },
    async findListed(since) {
      const { text, replyTo } = publication;
      const posts = await (replyTo ? listReplies : listPosts)(tools, account, since);
      const isOurs = (post: ListedPost) =>
        post.text === text.trim() && post.timestamp >= since && post.replied_to?.id === replyTo?.platformPostId;
      return { post: posts.findLast(isOurs), isWhole: posts.length < listLimit };
    },
  });
