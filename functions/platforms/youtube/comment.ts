import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { HttpAnswer } from '../../runtime/http.ts';
import {
  type Account,
  PlatformRefused,
  type Publication,
  type PublishOutcome,
  publishTimeoutMs,
  type Refusal,
  type ReplyTo,
} from '../adapter.ts';
import { type AppTools, ask, isSuccess, read } from '../answer.ts';
import { videoUrl, youtubeUrl } from './api.ts';
import { demanded, refusalOf } from './refusals.ts';
import { youtubeSession } from './session.ts';

/** What follows a video: YouTube has no threads. */
export const isComment = <Any extends Publication>(one: Any): one is Any & { replyTo: ReplyTo } =>
  one.replyTo !== undefined;

/** https://developers.google.com/youtube/v3/docs/commentThreads: a thread has its first comment in it. */
const CommentId = z.string().regex(/^[\w.-]+$/);
const Thread = z.object({ snippet: z.object({ topLevelComment: z.object({ id: CommentId }) }) });

/** https://developers.google.com/youtube/v3/docs/commentThreads/insert. Every call is 50 of the 10,000 units a day of our app. */
export async function publishComment(
  tools: AppTools,
  account: Account,
  { text, replyTo: { rootId: videoId } }: Publication & { replyTo: ReplyTo },
): Promise<PublishOutcome> {
  const answer = await youtubeSession(tools, account).send({
    method: 'POST',
    url: youtubeUrl(tools, 'commentThreads', { part: 'snippet' }),
    body: {
      snippet: { channelId: account.accountId, videoId, topLevelComment: { snippet: { textOriginal: text } } },
    },
    timeoutMs: publishTimeoutMs,
  });
  if (!isSuccess(answer)) return refused(tools, account, { videoId, answer });
  const thread = read(Thread, answer);
  if (!thread) return { kind: 'unknown', message: 'YouTube took the comment but does not say where it is.' };
  return { kind: 'accepted', ...publishedAs(tools, videoId, thread.snippet.topLevelComment.id) };
}

export const publishedAs = (tools: Pick<AppTools, 'apps'>, videoId: string, commentId: string) => ({
  platformPostId: commentId,
  url: `${videoUrl(tools, videoId)}&lc=${encodeURIComponent(commentId)}`,
});

/** Where a refusal means something else of a comment than of a video. */
const kinds: ReadonlyMap<string | null, Refusal['kind']> = new Map([
  // It is said of videos without comments: private ones, those made for kids, and where the channel has switched them off.
  ['commentsDisabled', 'content_rejected'],
  ['forbidden', 'content_rejected'],
  ['processingFailure', 'retry_later'],
  // The account may go on with videos.
  ['insufficientPermissions', 'account_restricted'],
  ['ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'account_restricted'],
]);

type Refused = { videoId: string; answer: HttpAnswer };

async function refused(tools: AppTools, account: Account, { videoId, answer }: Refused): Promise<PublishOutcome> {
  const refusal = refusalOf(answer, tools.now());
  if (answer.status >= 500 || answer.status === 408) return { kind: 'unknown', message: refusal.message };
  const kind = kinds.get(refusal.platformCode) ?? refusal.kind;
  const isOfVideo = kind === 'target_gone' || kind === 'content_rejected';
  if (!isOfVideo || !(await isInTheMaking(tools, account, videoId)))
    return { kind: 'refused', refusal: { ...refusal, kind } };
  const retryAt = addSeconds(tools.now(), inTheMakingSeconds);
  return { kind: 'refused', refusal: { ...refusal, kind: 'retry_later', retryAt } };
}

/** Every try costs. */
const inTheMakingSeconds = 60;

/** https://developers.google.com/youtube/v3/docs/videos#status.uploadStatus */
const Videos = z.object({ items: z.array(z.object({ status: z.object({ uploadStatus: z.string() }) })).default([]) });

/** YouTube works on a video after it was published; what it says of its comments meanwhile is not believed. */
async function isInTheMaking(tools: AppTools, account: Account, videoId: string): Promise<boolean> {
  const url = youtubeUrl(tools, 'videos', { part: 'status', id: videoId });
  try {
    const answer = await ask(youtubeSession(tools, account).send, { method: 'GET', url });
    return demanded(Videos, answer, tools.now()).items[0]?.status.uploadStatus === 'uploaded';
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return true;
  }
}
