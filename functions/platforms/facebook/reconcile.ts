import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { attemptTimes, maybeOurs } from '../attempt-times.ts';
import { listGraph } from '../meta-graph.ts';
import { isSameText } from '../same-text.ts';
import { pageApi } from './api.ts';

const Listed = z.object({
  id: z.string().min(1),
  message: z.string().default(''),
  created_time: z.string().transform((text) => new Date(text)),
  permalink_url: WebUrl,
});

const listCalls = 3;
const postsPerCall = '100';

/**
 * Looks for the post among those that the page has published since the attempt began. Only the whole list proves that it
 * is not there.
 */
export async function reconcileByList(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const { since, surelySince } = attemptTimes(attempt);
  try {
    const { items, isWhole } = await listSince(tools, account, since);
    const alike = items.filter((post) => post.created_time >= since && isSameText(post.message, attempt.text));
    const ours = alike.findLast((post) => post.created_time >= surelySince);
    if (ours) return { kind: 'published', platformPostId: ours.id, url: ours.permalink_url };
    if (alike.length > 0) return maybeOurs;
    return isWhole ? { kind: 'absent' } : { kind: 'unknown', message: 'There are too many newer posts to tell.' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

/** Newest first. */
async function listSince(tools: AppTools, account: Account, since: Date) {
  const api = await pageApi(tools, account);
  const path = `${encodeURIComponent(account.accountId)}/published_posts`;
  const query = {
    fields: 'id,message,created_time,permalink_url',
    since: String(Math.floor(since.getTime() / 1000)),
    limit: postsPerCall,
  };
  const call = (after = '') => api.get(path, { ...query, ...(after && { after }) });
  return listGraph(tools, Listed, { call, maxCalls: listCalls });
}
