import * as z from 'zod';
import { type Account, PlatformRefused, type Published } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { pageApi } from './api.ts';

const Phase = z.object({
  status: z.string().optional(),
  publish_status: z.string().optional(),
  errors: z.array(z.object({ message: z.string().optional() })).optional(),
  error: z.object({ message: z.string().optional() }).optional(),
});
/** https://developers.facebook.com/docs/graph-api/reference/video and /video-status */
const Video = z.object({
  status: z
    .object({
      video_status: z.string(),
      uploading_phase: Phase.optional().catch(undefined),
      processing_phase: Phase.optional().catch(undefined),
      publishing_phase: Phase.optional().catch(undefined),
    })
    .optional(),
  published: z.boolean().optional(),
  permalink_url: z.string().optional(),
  post_id: z.string().optional(),
});
export type Video = z.infer<typeof Video>;

/** Undefined for a video that Facebook does not have (any more). */
export async function findVideo(tools: AppTools, account: Account, id: string): Promise<Video | undefined> {
  const api = await pageApi(tools, account);
  const call = api.get(encodeURIComponent(id), { fields: 'status,published,permalink_url,post_id' });
  try {
    return await demandGraph(tools, call, Video);
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

/** Undefined where Facebook does not tell, or is at it. */
export function isPublished({ published, status }: Video): boolean | undefined {
  const { status: phase, publish_status: outcome } = status?.publishing_phase ?? {};
  if (published !== undefined) return published;
  if (outcome === 'published' || (outcome === undefined && phase === 'complete')) return true;
  return phase === 'in_progress' || (outcome === undefined && phase === undefined) ? undefined : false;
}

/** What Facebook says of a video that it could not take. */
export function failureOf({ status }: Video): string {
  const phases = [status?.uploading_phase, status?.processing_phase];
  const messages = phases.flatMap((phase) => [phase?.error?.message, phase?.errors?.[0]?.message]);
  return messages.find((message) => message !== undefined) ?? 'it does not say why';
}

/** The post that shows a published video. If it cannot be read for now, the video stands for it. */
export async function readPost(tools: AppTools, account: Account, id: string): Promise<Published> {
  const video = await findVideo(tools, account, id).catch((error: unknown) => {
    if (!(error instanceof PlatformRefused)) throw error;
    return undefined;
  });
  return postOf(tools, account, { ...video, id });
}

/** Addresses of videos come without their host; ids of posts may come without their page. */
export function postOf(
  tools: AppTools,
  { accountId }: Account,
  { id, post_id, permalink_url }: Video & { id: string },
): Published {
  const { web } = tools.apps.api('facebook');
  const address = permalink_url === undefined ? null : URL.parse(permalink_url, `${web}/`);
  const isWeb = address?.protocol === 'https:' || address?.protocol === 'http:';
  const postId = post_id === undefined || post_id.includes('_') ? post_id : `${accountId}_${post_id}`;
  return {
    platformPostId: postId ?? id,
    url: address && isWeb ? address.href : `${web}/${encodeURIComponent(id)}`,
  };
}
