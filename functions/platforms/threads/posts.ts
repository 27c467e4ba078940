import * as z from 'zod';
import { type Account, PlatformRefused } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret, threadsApi } from './api.ts';

const Permalink = z.object({ permalink: WebUrl });
const Listed = z.object({
  id: z.string(),
  text: z.string().default(''),
  timestamp: z.string().transform((text) => new Date(text)),
  permalink: WebUrl,
  replied_to: z.object({ id: z.string() }).optional(),
});
export type ListedPost = z.infer<typeof Listed>;
const Page = z.object({ data: z.array(Listed) });

/** Most posts that one call lists. */
export const listLimit = 100;

/** Where a post is. It is out already, so an address that can't be read for now is no reason to doubt it. */
export async function readAddress(tools: AppTools, account: Account, postId: string): Promise<string> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  try {
    const call = api.get(encodeURIComponent(postId), { fields: 'permalink' });
    return (await demandGraph(tools, call, Permalink)).permalink;
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return `${tools.apps.api('threads').web}/${encodeURIComponent(account.accountName).replace('%40', '@')}`;
  }
}

/** Whether a post is there, as far as the account may see it. */
export async function isThere(tools: AppTools, account: Account, postId: string): Promise<boolean> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  try {
    await demandGraph(tools, api.get(encodeURIComponent(postId), { fields: 'id' }), z.object({ id: z.string() }));
    return true;
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return false;
    throw error;
  }
}

/** The account's posts since a time, newest first, up to `listLimit`; they are no replies. */
export const listPosts = (tools: AppTools, account: Account, since: Date) =>
  list(tools, account, { kind: 'threads', fields: 'id,text,timestamp,permalink', since });

/** The same of its replies. */
export const listReplies = (tools: AppTools, account: Account, since: Date) =>
  list(tools, account, { kind: 'replies', fields: 'id,text,timestamp,permalink,replied_to', since });

type Wanted = { kind: 'threads' | 'replies'; fields: string; since: Date };

async function list(tools: AppTools, account: Account, { kind, fields, since }: Wanted): Promise<ListedPost[]> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const query = {
    fields,
    since: String(Math.floor(since.getTime() / 1000)),
    limit: String(listLimit),
  };
  const call = api.get(`${encodeURIComponent(account.accountId)}/${kind}`, query);
  return (await demandGraph(tools, call, Page)).data;
}
