import { type Account, type Attempted, PlatformRefused, type Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { isSameText } from '../same-text.ts';
import { photosOf, videoOf } from './prepared.ts';
import { addressOf, type TiktokPost } from './publish.ts';
import { askStatus } from './status.ts';
import { videoFileOf } from './upload.ts';
import { listVideos } from './videos.ts';

/** TikTok's clock and ours may differ. */
const clockSkewSeconds = 60;

/** Of a video its id tells. Pictures have one only with the answer that was lost, so they may be found but never missed. */
export async function reconcile(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  try {
    return await (videoFileOf(attempt) ? findVideo(tools, account, attempt) : findPhotos(tools, account, attempt));
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

async function findVideo(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const { publishId, username, size } = videoOf(attempt.prepared);
  const post = { publishId, username, kind: 'video' } as const;
  const status = await askStatus(tools, account, publishId).catch((error: unknown) => {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  });
  if (status === undefined) return (await findListed(tools, account, { attempt, post })) ?? notListed;
  if (status.kind === 'complete') return { kind: 'published', ...addressOf(tools, post, status.postId) };
  if (status.kind === 'failed') return { kind: 'absent' };
  const isIncomplete = status.kind === 'waiting' && status.uploadedBytes !== undefined && status.uploadedBytes < size;
  return isIncomplete ? { kind: 'absent' } : { kind: 'unknown', message: 'TikTok is still at work on the post.' };
}

async function findPhotos(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const post = { publishId: '', username: photosOf(attempt.prepared).username, kind: 'photo' } as const;
  return (await findListed(tools, account, { attempt, post })) ?? notListed;
}

type Sought = { attempt: Attempted; post: TiktokPost };

async function findListed(tools: AppTools, account: Account, { attempt, post }: Sought) {
  const since = attempt.attemptedAt.getTime() / 1000 - clockSkewSeconds;
  const { videos } = await listVideos(tools, account);
  const ours = videos.findLast(
    ({ create_time, title, video_description }) =>
      create_time >= since && [title, video_description].some((text) => isSameText(text, attempt.text)),
  );
  return ours && ({ kind: 'published', ...addressOf(tools, post, ours.id) } as const);
}

/** Only public posts are listed, and those not at once. */
const notListed = { kind: 'unknown', message: 'TikTok shows no such post, but does not show all.' } as const;
