import * as z from 'zod';
import type { Account } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, tiktokUrl } from './api.ts';
import { tiktokSession } from './session.ts';

const Count = z.number().int().nonnegative().optional().catch(undefined);
const Video = z.object({
  id: z.coerce.string(),
  title: z.string().default(''),
  video_description: z.string().default(''),
  create_time: z.number().default(0),
  like_count: Count,
  comment_count: Count,
  share_count: Count,
});
export type Video = z.infer<typeof Video>;
const Videos = z.object({ videos: z.array(Video).default([]), has_more: z.boolean().default(false) });

/** Most that one call takes and gives. */
export const videosPerCall = 20;

const fields = 'id,title,video_description,create_time,like_count,comment_count,share_count';

/** The newest public posts of the creator. */
export function listVideos(tools: AppTools, account: Account) {
  return read(tools, account, { path: 'video/list', body: { max_count: videosPerCall } });
}

/** Those of these that are public. */
export const queryVideos = (tools: AppTools, account: Account, video_ids: string[]) =>
  read(tools, account, { path: 'video/query', body: { filters: { video_ids } } });

type Reading = { path: string; body: Record<string, unknown> };

async function read(tools: AppTools, account: Account, { path, body }: Reading) {
  const call = { method: 'POST', url: tiktokUrl(tools, path, { fields }), body } as const;
  return demanded(Videos, await ask(tiktokSession(tools, account).send, call), tools.now());
}
