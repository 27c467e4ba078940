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

/** The id of a post tells. Pictures have none when the answer that gave it was lost: then they may be found but never missed. */
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
  return findPost(tools, account, { attempt, post: { publishId, username, kind: 'video' }, size });
}

async function findPhotos(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const { publishId = '', username } = photosOf(attempt.prepared);
  const post = { publishId, username, kind: 'photo' } as const;
  if (publishId === '') return (await findListed(tools, account, { attempt, post })) ?? notListed;
  return findPost(tools, account, { attempt, post, size: 0 });
}

/** `size`: the bytes without which TikTok makes no post. */
async function findPost(tools: AppTools, account: Account, sought: Sought & { size: number }): Promise<Reconciled> {
  const { post, size } = sought;
  const status = await askStatus(tools, account, post.publishId).catch((error: unknown) => {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  });
  if (status === undefined) return (await findListed(tools, account, sought)) ?? notListed;
  if (status.kind === 'complete') return { kind: 'published', ...addressOf(tools, post, status.postId) };
  if (status.kind === 'failed') return { kind: 'refused', refusal: status.refusal };
  const isIncomplete = status.kind === 'waiting' && status.uploadedBytes !== undefined && status.uploadedBytes < size;
  return isIncomplete ? { kind: 'absent' } : { kind: 'unknown', message: 'TikTok is still at work on the post.' };
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
