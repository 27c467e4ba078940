import * as z from 'zod';
import { type Account, type Figures, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { type GraphApi, pageApi } from './api.ts';

const Total = z.object({ summary: z.object({ total_count: z.number().int().nonnegative() }) });
const Counts = z.object({
  reactions: Total.optional(),
  comments: Total.optional(),
  /** Missing until somebody shares the post. */
  shares: z.object({ count: z.number().int().nonnegative() }).default({ count: 0 }),
});
const counted = 'reactions.summary(true).limit(0),comments.summary(true).limit(0)';
/** Posts have the id of their page before their own; a video that stands for its post has not, and no count of shares. */
const isPost = (id: string) => id.includes('_');

/** Posts are read one a call; a few calls at a time spare the page's rate limit. */
const readsAtOnce = 4;

export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  const api = await pageApi(tools, account);
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    const group = ids.slice(start, start + readsAtOnce);
    const read = await Promise.all(group.map((id) => readOne(tools, api, id)));
    for (const [place, id] of group.entries()) if (read[place]) figures.set(id, read[place]);
  }
  return figures;
}

async function readOne(tools: AppTools, api: GraphApi, id: string): Promise<Figures | undefined> {
  try {
    const fields = isPost(id) ? `${counted},shares` : counted;
    const counts = await demandGraph(tools, api.get(encodeURIComponent(id), { fields }), Counts);
    return {
      likes: counts.reactions?.summary.total_count ?? null,
      reposts: isPost(id) ? counts.shares.count : null,
      replies: counts.comments?.summary.total_count ?? null,
    };
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}
