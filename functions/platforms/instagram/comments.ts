import * as z from 'zod';
import type { Account, ReplyTo } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { GraphTime, type ListedComment, type PostComments } from '../graph-comments.ts';
import { demandGraph, listGraph } from '../meta-graph.ts';
import { accountCalls } from './api.ts';
import { readAddress } from './posts.ts';

/** https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment: `user` is told of own comments. */
const Listed = z.object({
  id: z.string().min(1),
  text: z.string().default(''),
  timestamp: GraphTime,
  user: z.object({ id: z.string() }).optional().catch(undefined),
  username: z.string().optional().catch(undefined),
  from: z.object({ username: z.string() }).optional().catch(undefined),
});
/** Replies are counted too; the list has none of them. */
const Counted = z.object({ comments_count: z.int().nonnegative() });

const listCalls = 4;
const commentsPerCall = '50';

export async function commentsBelow(
  tools: AppTools,
  account: Account,
  { platformPostId }: ReplyTo,
): Promise<PostComments> {
  const api = await accountCalls(tools, account);
  const post = encodeURIComponent(platformPostId);
  const edge = `${post}/comments`;
  return {
    platform: 'Instagram',
    write: (message) => api.post(edge, { message }),
    readPost: api.get(post, { fields: 'id' }),
    async list() {
      const query = { fields: 'id,text,timestamp,user,username,from', limit: commentsPerCall };
      const call = (after = '') => api.get(edge, { ...query, ...(after && { after }) });
      const { items, isWhole } = await listGraph(tools, Listed, { call, maxCalls: listCalls });
      return { comments: items.map((item) => listed(item, account)), isWhole };
    },
    async count() {
      const call = api.get(post, { fields: 'comments_count' });
      return (await demandGraph(tools, call, Counted)).comments_count;
    },
    // Instagram tells no address of a comment.
    urlOf: () => readAddress(tools, account, platformPostId),
  };
}

const listed = (
  { id, text, timestamp, user, username, from }: z.infer<typeof Listed>,
  { accountId, accountName }: Account,
): ListedComment => ({
  id,
  text,
  at: timestamp,
  isOurs: user?.id === accountId || (username ?? from?.username) === accountName.replace(/^@/, ''),
});
