import * as z from 'zod';
import type { Account, Figures } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, xUrl } from './api.ts';
import { xSession } from './session.ts';

const Count = z.number().int().nonnegative().optional();
const Posts = z.object({
  data: z
    .array(
      z.object({
        id: z.string(),
        public_metrics: z.object({ like_count: Count, retweet_count: Count, reply_count: Count }).default({}),
      }),
    )
    .default([]),
});

const postsPerCall = 100;

/** Posts that are gone are told as errors beside the others. */
export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  const session = xSession(tools, account);
  const known = ids.filter((id) => /^\d{1,19}$/.test(id));
  for (let start = 0; start < known.length; start += postsPerCall) {
    const group = known.slice(start, start + postsPerCall);
    const url = xUrl(tools, 'tweets', { ids: group.join(','), 'tweet.fields': 'public_metrics' });
    const answer = await ask(session.send, { method: 'GET', url });
    for (const { id, public_metrics: counts } of demanded(Posts, answer, tools.now()).data)
      figures.set(id, {
        likes: counts.like_count ?? null,
        reposts: counts.retweet_count ?? null,
        replies: counts.reply_count ?? null,
      });
  }
  return figures;
}
