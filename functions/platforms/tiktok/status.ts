import * as z from 'zod';
import type { Account, Refusal } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, tiktokUrl } from './api.ts';
import { tiktokSession } from './session.ts';

const Ids = z.array(z.coerce.string()).optional().catch(undefined);
const Status = z.object({
  status: z.string(),
  fail_reason: z.string().optional().catch(undefined),
  uploaded_bytes: z.coerce.number().int().nonnegative().optional().catch(undefined),
  // TikTok's own spelling, and the right one in case that it is mended.
  publicaly_available_post_id: Ids,
  publicly_available_post_id: Ids,
});

/**
 * What TikTok says of a post by the id that it gave. A public post has its own id only once it was looked at by TikTok, a
 * private one never.
 */
export type PostStatus =
  | { kind: 'waiting'; uploadedBytes: number | undefined }
  | { kind: 'processing' }
  | { kind: 'complete'; postId: string | undefined }
  | { kind: 'failed'; refusal: Refusal };

/** Throws `PlatformRefused`. */
export async function askStatus(tools: AppTools, account: Account, publishId: string): Promise<PostStatus> {
  const call = {
    method: 'POST',
    url: tiktokUrl(tools, 'post/publish/status/fetch'),
    body: { publish_id: publishId },
  } as const;
  const found = demanded(Status, await ask(tiktokSession(tools, account).send, call), tools.now());
  if (found.status === 'PROCESSING_UPLOAD') return { kind: 'waiting', uploadedBytes: found.uploaded_bytes };
  if (found.status === 'FAILED') return { kind: 'failed', refusal: failure(found.fail_reason ?? 'unknown') };
  if (found.status !== 'PUBLISH_COMPLETE' && found.status !== 'SEND_TO_USER_INBOX') return { kind: 'processing' };
  const ids = found.publicaly_available_post_id ?? found.publicly_available_post_id ?? [];
  return { kind: 'complete', postId: ids.find((id) => /^[1-9]\d*$/.test(id)) };
}

const failures: ReadonlyMap<string, Refusal['kind']> = new Map([
  ['internal', 'retry_later'],
  ['video_pull_failed', 'retry_later'],
  ['photo_pull_failed', 'retry_later'],
  ['auth_removed', 'reconnect'],
  ['spam_risk_too_many_posts', 'rate_limited'],
]);

const failure = (reason: string): Refusal => ({
  kind: failures.get(reason) ?? (reason.startsWith('spam_risk') ? 'account_restricted' : 'content_rejected'),
  platformCode: reason.slice(0, 100),
  message: `TikTok could not make the post: ${reason.slice(0, 200)}.`,
});
