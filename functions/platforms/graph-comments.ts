import * as z from 'zod';
import type { HttpCall } from '../runtime/http.ts';
import {
  type Attempted,
  PlatformRefused,
  type Publication,
  type PublishOutcome,
  publishTimeoutMs,
  type Reconciled,
  type Refusal,
} from './adapter.ts';
import { type AdapterTools, ask, isSuccess, read, WebUrl } from './answer.ts';
import { attemptTimes } from './attempt-times.ts';
import { graphRefusal, isPermissionMissing } from './meta-graph.ts';
import { isSameText } from './same-text.ts';

type Comment = { id: string; permalink_url?: string | undefined };
export type ListedComment = Comment & { text: string; at: Date; isOurs: boolean };

/** The comments below one post: on Facebook and on Instagram the same edge, with other names for what is in it. */
export type PostComments = {
  platform: string;
  write: (text: string) => HttpCall;
  /** Reads the post itself. */
  readPost: HttpCall;
  list: () => Promise<{ comments: ListedComment[]; isWhole: boolean }>;
  /** How many there are, those that the list leaves out among them. */
  count: () => Promise<number>;
  urlOf: (comment: Comment) => string | Promise<string>;
};

const Written = z.object({ id: z.string().min(1), permalink_url: WebUrl.optional().catch(undefined) });

/** A time as Meta writes it; one that makes no sense must not pass for an early one. */
export const GraphTime = z
  .string()
  .transform((text) => new Date(text))
  .pipe(z.date());

export async function publishComment(
  tools: AdapterTools,
  { text }: Publication,
  comments: PostComments,
): Promise<PublishOutcome> {
  const answer = await tools.http({ ...comments.write(text), timeoutMs: publishTimeoutMs });
  if (isSuccess(answer)) {
    const comment = read(Written, answer);
    if (comment) return { kind: 'accepted', platformPostId: comment.id, url: await comments.urlOf(comment) };
    return { kind: 'unknown', message: `${comments.platform} took the comment but its answer makes no sense.` };
  }
  const refusal = graphRefusal(answer, tools.now());
  if (refusal.kind === 'retry_later' || answer.status >= 500) return { kind: 'unknown', message: refusal.message };
  return { kind: 'refused', refusal: await understood(refusal, tools, comments) };
}

/**
 * Who may post may lack the permission to comment, which is no reason to give up the account. A post that is there may not
 * take comments yet: a video is processed after it was published.
 */
async function understood(refusal: Refusal, tools: AdapterTools, comments: PostComments): Promise<Refusal> {
  if (isPermissionMissing(refusal)) return { ...refusal, kind: 'account_restricted' };
  if (refusal.kind !== 'target_gone' || (await isGone(tools, comments))) return refusal;
  return { ...refusal, kind: 'retry_later' };
}

async function isGone(tools: AdapterTools, { readPost }: PostComments): Promise<boolean> {
  try {
    const answer = await ask(tools.http, readPost);
    return !isSuccess(answer) && graphRefusal(answer, tools.now()).kind === 'target_gone';
  } catch (error) {
    if (error instanceof PlatformRefused) return false;
    throw error;
  }
}

/** Looks for the comment below its post. Only a list of all comments proves that it is not there. */
export async function reconcileComment(attempt: Attempted, comments: PostComments): Promise<Reconciled> {
  const { since } = attemptTimes(attempt);
  try {
    const { comments: listed, isWhole } = await comments.list();
    const alike = listed.filter(({ at, text }) => at >= since && isSameText(text, attempt.text));
    const ours = alike.findLast(({ isOurs }) => isOurs);
    if (ours) return { kind: 'published', platformPostId: ours.id, url: await comments.urlOf(ours) };
    if (alike.length > 0)
      return { kind: 'unknown', message: 'The list does not tell whether a comment like it is ours.' };
    if (isWhole && (await comments.count()) <= listed.length) return { kind: 'absent' };
    return { kind: 'unknown', message: `${comments.platform} does not list all comments.` };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}
