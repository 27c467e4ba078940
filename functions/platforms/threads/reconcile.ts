import type { Account, Publication, Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { provedByContainer } from '../container-proof.ts';
import { findContainer } from './containers.ts';
import { listLimit, listPosts } from './posts.ts';

export const reconcile = (tools: AppTools, account: Account, publication: Publication): Promise<Reconciled> =>
  provedByContainer(publication, {
    name: 'Threads',
    now: tools.now,
    async isPublished(id) {
      const container = await findContainer(tools, account, id);
      return container && container.status === 'PUBLISHED';
    },
    async findListed(since) {
      const posts = await listPosts(tools, account, since);
      const isOurs = (post: (typeof posts)[number]) => post.text === publication.text.trim() && post.timestamp >= since;
      return { post: posts.findLast(isOurs), isWhole: posts.length < listLimit };
    },
  });
