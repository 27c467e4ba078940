import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, xUrl } from './api.ts';
import { mediaIds } from './media.ts';
import { xSession } from './session.ts';
import { answeredBy, shows, XPost } from './shown-text.ts';

const Posts = z.object({
  data: z.array(XPost).default([]),
  meta: z.object({ next_token: z.string().optional() }).optional(),
});

/** X's clock and ours may differ. */
const clockSkewMs = 60_000;

/** Looks among the account's posts since the attempt began. Every post that is read costs, so none older is asked for. */
export async function reconcile(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const since = new Date(attempt.attemptedAt.getTime() - clockSkewMs);
  try {
    const { data, meta } = await listPosts(tools, account, since);
    const ours = data.findLast((post) => post.created_at >= wholeSecond(since) && isOurs(post, attempt));
    if (ours) return { kind: 'published', platformPostId: ours.id, url: postUrl(tools, account, ours.id) };
    return meta?.next_token === undefined
      ? { kind: 'absent' }
      : { kind: 'unknown', message: 'There are too many newer posts to tell.' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

/** The ids of its files tell a post for sure; else what it answers and its text do, and how many files it has where that is told. */
function isOurs(post: XPost, { text, media = [], prepared, replyTo }: Attempted): boolean {
  const keys = post.attachments?.media_keys;
  const ids = mediaIds({ prepared });
  if (keys?.some((key) => ids.includes(key.split('_').at(-1) ?? ''))) return true;
  if (answeredBy(post) !== replyTo?.platformPostId) return false;
  return (keys === undefined || keys.length === media.length) && shows(post, text);
}

async function listPosts(tools: AppTools, account: Account, since: Date) {
  const url = xUrl(tools, `users/${encodeURIComponent(account.accountId)}/tweets`, {
    start_time: wholeSecond(since).toISOString().replace('.000Z', 'Z'),
    exclude: 'retweets',
    max_results: '100',
    'tweet.fields': 'attachments,created_at,entities,note_tweet,referenced_tweets',
  });
  const answer = await ask(xSession(tools, account).send, { method: 'GET', url });
  return demanded(Posts, answer, tools.now());
}

const wholeSecond = (at: Date) => new Date(Math.floor(at.getTime() / 1000) * 1000);

/** The name of an account may change; X leads from the old address to the new one. */
export const postUrl = ({ apps }: Pick<AppTools, 'apps'>, { accountName }: Account, id: string) =>
  `${apps.api('x').web}/${encodeURIComponent(accountName.replace(/^@/, ''))}/status/${encodeURIComponent(id)}`;
