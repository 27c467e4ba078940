import * as z from 'zod';
import type { Account, Figures } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { youtubeUrl } from './api.ts';
import { demanded } from './refusals.ts';
import { youtubeSession } from './session.ts';

/** Numbers come as strings, and not at all where the channel hides them. */
const Count = z.coerce.number().int().nonnegative().optional().catch(undefined);
const Videos = z.object({
  items: z
    .array(
      z.object({
        id: z.string(),
        statistics: z.object({ likeCount: Count, commentCount: Count }).default({}),
      }),
    )
    .default([]),
});

const videosPerCall = 50;

export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  const { send } = youtubeSession(tools, account);
  for (let start = 0; start < ids.length; start += videosPerCall) {
    const id = ids.slice(start, start + videosPerCall).join(',');
    const url = youtubeUrl(tools, 'videos', { part: 'statistics', id });
    const { items } = demanded(Videos, await ask(send, { method: 'GET', url }), tools.now());
    for (const { id: videoId, statistics } of items)
      figures.set(videoId, {
        likes: statistics.likeCount ?? null,
        reposts: null,
        replies: statistics.commentCount ?? null,
      });
  }
  return figures;
}
