import type { Account, Publication, Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { provedByContainer } from '../container-proof.ts';
import { isSameText } from '../same-text.ts';
import { findContainer } from './containers.ts';
import { listPosts } from './posts.ts';

export const reconcile = (tools: AppTools, account: Account, publication: Publication): Promise<Reconciled> =>
  provedByContainer(publication, {
    name: 'Instagram',
    now: tools.now,
    async isPublished(id) {
      const container = await findContainer(tools, account, id);
      return container && container.status_code === 'PUBLISHED';
    },
    async findListed(since) {
      const { posts, isWhole } = await listPosts(tools, account, since);
      return { post: posts.findLast(({ caption }) => isSameText(caption, publication.text)), isWhole };
    },
  });
