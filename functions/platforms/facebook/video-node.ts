import * as z from 'zod';
import { type Account, PlatformRefused, type Published, type Refusal } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { pageApi } from './api.ts';

const Text = z.string().optional().catch(undefined);
const Problem = z.object({ message: Text });
const Phase = z.object({
  status: Text,
  publish_status: Text,
  errors: z.array(Problem).optional().catch(undefined),
  error: Problem.optional().catch(undefined),
});
/** https://developers.facebook.com/docs/graph-api/reference/video and /video-status: any of it may be missing. */
const Video = z.object({
  status: z
    .object({
      video_status: Text,
      uploading_phase: Phase.optional().catch(undefined),
      processing_phase: Phase.optional().catch(undefined),
      publishing_phase: Phase.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  published: z.boolean().optional().catch(undefined),
  permalink_url: Text,
  post_id: Text,
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
export const isPublished = (video: Video): boolean | undefined => video.published ?? saysPublished(video);

/** What the phase of publishing says; it may name its aim before it is there. */
function saysPublished({ status }: Video): boolean | undefined {
  const { status: phase, publish_status: outcome } = status?.publishing_phase ?? {};
  if (phase === 'in_progress' || (phase === undefined && outcome === undefined)) return undefined;
  if (outcome === undefined) return phase === 'complete';
  if (outcome !== 'published') return false;
  return phase === undefined || phase === 'complete' ? true : undefined;
}

/** Of a video whose publication Facebook has taken: if nothing is told of that, what is ready is out. */
export function isOut(video: Video): boolean {
  if (video.published || saysPublished(video)) return true;
  const tellsNothing = video.published === undefined && video.status?.publishing_phase === undefined;
  return tellsNothing && video.status?.video_status === 'ready';
}

/** A reel is processed from the call on that publishes it. */
export const isProcessing = ({ status }: Video): boolean => status?.processing_phase?.status === 'in_progress';

const failures: ReadonlySet<string | undefined> = new Set(['error', 'upload_failed']);

/** What Facebook says of a video that it could not take; undefined where it does not say that. */
export function failureOf({ status }: Video): Refusal | undefined {
  const phases = [status?.uploading_phase, status?.processing_phase, status?.publishing_phase];
  const failed = [status?.video_status, ...phases.map((phase) => phase?.status)].find((one) => failures.has(one));
  if (failed === undefined) return undefined;
  const messages = phases.flatMap((phase) => [phase?.error?.message, phase?.errors?.[0]?.message]);
  const why = messages.find((message) => message !== undefined) ?? 'it does not say why';
  const message = `Facebook could not process the video: ${why}`.slice(0, 500);
  return { kind: 'content_rejected', platformCode: failed, message };
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
