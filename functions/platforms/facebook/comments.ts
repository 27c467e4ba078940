import * as z from 'zod';
import type { Account, ReplyTo } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { GraphTime, type ListedComment, type PostComments } from '../graph-comments.ts';
import { demandGraph, listGraph } from '../meta-graph.ts';
import { pageApi } from './api.ts';

/** https://developers.facebook.com/docs/graph-api/reference/comment: who wrote it is not always told. */
const Listed = z.object({
  id: z.string().min(1),
  message: z.string().default(''),
  created_time: GraphTime,
  from: z.object({ id: z.string() }).optional().catch(undefined),
  parent: z.object({ id: z.string() }).optional(),
  permalink_url: WebUrl.optional().catch(undefined),
});
const Counted = z.object({ summary: z.object({ total_count: z.int().nonnegative() }) });

const listCalls = 3;
const commentsPerCall = '100';
/** With replies, and without leaving out what Facebook thinks nobody wants to see. */
const all = { filter: 'stream' };

export async function commentsBelow(
  tools: AppTools,
  account: Account,
  { platformPostId }: ReplyTo,
): Promise<PostComments> {
  const api = await pageApi(tools, account);
  const post = encodeURIComponent(platformPostId);
  const edge = `${post}/comments`;
  return {
    platform: 'Facebook',
    write: (message) => api.post(edge, { message, fields: 'id,permalink_url' }),
    readPost: api.get(post, { fields: 'id' }),
    async list() {
      const fields = 'id,message,created_time,from,parent,permalink_url';
      const query = { ...all, fields, order: 'reverse_chronological', limit: commentsPerCall };
      const call = (after = '') => api.get(edge, { ...query, ...(after && { after }) });
      const { items, isWhole } = await listGraph(tools, Listed, { call, maxCalls: listCalls });
      return { comments: items.map((item) => listed(item, account)), isWhole };
    },
    async count() {
      const call = api.get(edge, { ...all, summary: 'true', limit: '0' });
      return (await demandGraph(tools, call, Counted)).summary.total_count;
    },
    urlOf: ({ id, permalink_url }) =>
      permalink_url ?? `${tools.apps.api('facebook').web}/${post}?comment_id=${encodeURIComponent(idBelow(id))}`,
  };
}

/** Comments may have the id of their post before their own. */
const idBelow = (id: string) => id.split('_').at(-1) ?? id;

const listed = (
  { id, message, created_time, from, parent, permalink_url }: z.infer<typeof Listed>,
  { accountId }: Account,
): ListedComment => ({
  id,
  permalink_url,
  text: message,
  at: created_time,
  isOurs: from?.id === accountId && parent === undefined,
});
