import * as z from 'zod';
import { type Account, PlatformRefused } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { demandGraph, listGraph } from '../meta-graph.ts';
import { accountCalls } from './api.ts';

const Permalink = z.object({ permalink: WebUrl });
const Listed = z.object({
  id: z.string().min(1),
  caption: z.string().default(''),
  timestamp: z.string().transform((text) => new Date(text)),
  permalink: WebUrl,
});
export type ListedPost = z.infer<typeof Listed>;

const listCalls = 2;
const postsPerCall = '50';

/** Where a post is. It is out already, so an address that can't be read for now is no reason to doubt it. */
export async function readAddress(tools: AppTools, account: Account, postId: string): Promise<string> {
  const api = await accountCalls(tools, account);
  try {
    const call = api.get(encodeURIComponent(postId), { fields: 'permalink' });
    return (await demandGraph(tools, call, Permalink)).permalink;
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return `${tools.apps.api('instagram').web}/${encodeURIComponent(account.accountName.replace(/^@/, ''))}`;
  }
}

/** The account's posts since a time, newest first; `isWhole` says whether these are all of them. */
export async function listPosts(
  tools: AppTools,
  account: Account,
  since: Date,
): Promise<{ posts: ListedPost[]; isWhole: boolean }> {
  const api = await accountCalls(tools, account);
  const path = `${encodeURIComponent(account.accountId)}/media`;
  const query = { fields: 'id,caption,timestamp,permalink', limit: postsPerCall };
  const call = (after = '') => api.get(path, { ...query, ...(after && { after }) });
  const { items, isWhole } = await listGraph(tools, Listed, { call, maxCalls: listCalls });
  const posts = items.filter(({ timestamp }) => timestamp >= since);
  return { posts, isWhole: isWhole || posts.length < items.length };
}
