import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled, type ReplyTo } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { attemptTimes } from '../attempt-times.ts';
import { isSameText } from '../same-text.ts';
import { youtubeUrl } from './api.ts';
import { publishedAs } from './comment.ts';
import { demanded } from './refusals.ts';
import { youtubeSession } from './session.ts';

/** https://developers.google.com/youtube/v3/docs/comments. The original text is told to its author only. */
const Comment = z.object({
  id: z.string().min(1),
  snippet: z.object({
    textOriginal: z.string().optional(),
    textDisplay: z.string().default(''),
    authorChannelId: z.object({ value: z.string() }).optional(),
    publishedAt: z.string().transform((text) => new Date(text)),
  }),
});
type Comment = z.infer<typeof Comment>;
const Threads = z.object({
  nextPageToken: z.string().optional(),
  items: z.array(z.object({ snippet: z.object({ topLevelComment: Comment }) })).default([]),
});

/** A list has comments of one of them only. */
const moderationStatuses = ['published', 'heldForReview', 'likelySpam'];

/** How long a comment may take to come onto the list of its video. */
const listedAfterMs = 5 * 60_000;

type Attempt = Attempted & { replyTo: ReplyTo };

/** Looks for the comment among those of the video, also where YouTube holds it back. */
export async function reconcileComment(tools: AppTools, account: Account, attempt: Attempt): Promise<Reconciled> {
  let isSure = true;
  try {
    for (const moderationStatus of moderationStatuses) {
      const { comments, isWhole } = await listComments(tools, account, { attempt, moderationStatus });
      const alike = comments.filter((comment) => isAlike(comment, attempt));
      const ours = alike.find(({ snippet }) => snippet.authorChannelId?.value === account.accountId);
      if (ours) return { kind: 'published', ...publishedAs(tools, attempt.replyTo.rootId, ours.id) };
      isSure &&= isWhole && alike.every(({ snippet }) => snippet.authorChannelId !== undefined);
    }
    const isLate = tools.now().getTime() - attempt.attemptedAt.getTime() >= listedAfterMs;
    return isSure && isLate
      ? { kind: 'absent' }
      : { kind: 'unknown', message: 'The comments of the video do not tell yet.' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

function isAlike({ snippet: { publishedAt, textOriginal, textDisplay } }: Comment, attempt: Attempt): boolean {
  return publishedAt >= attemptTimes(attempt).since && isSameText(textOriginal ?? textDisplay, attempt.text);
}

type Listing = { attempt: Attempt; moderationStatus: string };

/** The newest comments; `isWhole` when none since the attempt can be missing. */
async function listComments(tools: AppTools, account: Account, { attempt, moderationStatus }: Listing) {
  const url = youtubeUrl(tools, 'commentThreads', {
    part: 'snippet',
    videoId: attempt.replyTo.rootId,
    moderationStatus,
    order: 'time',
    textFormat: 'plainText',
    maxResults: '100',
  });
  const answer = await ask(youtubeSession(tools, account).send, { method: 'GET', url });
  const { items, nextPageToken } = demanded(Threads, answer, tools.now());
  const comments = items.map(({ snippet }) => snippet.topLevelComment);
  const oldest = comments.at(-1)?.snippet.publishedAt;
  const reachesBack = oldest !== undefined && oldest < attemptTimes(attempt).since;
  return { comments, isWhole: nextPageToken === undefined || reachesBack };
}
