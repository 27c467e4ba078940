import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, type Publication, type PublishOutcome, publishTimeoutMs, type ReplyTo } from '../adapter.ts';
import { type AppTools, isSuccess, read } from '../answer.ts';
import { refusalOf, restCall } from './api.ts';
import { madeAt } from './made-at.ts';
import { postUrl } from './posts.ts';
import { linkedinSession } from './session.ts';

/** What follows a post: LinkedIn has no threads. */
export const isComment = <Any extends Publication>(one: Any): one is Any & { replyTo: ReplyTo } =>
  one.replyTo !== undefined;

export const commentsPath = (post: string) => `socialActions/${encodeURIComponent(post)}/comments`;

/** Texts of comments are no "little" texts: what is escaped in posts would be shown with its backslashes. */
export async function publishComment(
  tools: AppTools,
  account: Account,
  { text, replyTo: { rootId } }: Publication & { replyTo: ReplyTo },
): Promise<PublishOutcome> {
  const answer = await linkedinSession(tools, account).send({
    ...restCall(tools, commentsPath(rootId)),
    method: 'POST',
    body: { actor: account.accountId, object: rootId, message: { text } },
    timeoutMs: publishTimeoutMs,
  });
  if (!isSuccess(answer)) return refused(rootId, answer, tools.now());
  const urn = commentUrn(rootId, { ...read(Made, answer), header: answer.headers['x-restli-id'] });
  if (urn === undefined) return { kind: 'unknown', message: 'LinkedIn took the comment but does not say where it is.' };
  return { kind: 'accepted', ...publishedAs(tools, rootId, urn) };
}

const Made = z.object({ commentUrn: z.string().optional(), id: z.string().optional() });

/** The name of a comment, in whatever form LinkedIn tells it: whole, or its number below the post. */
export function commentUrn(
  post: string,
  told: { commentUrn?: string | undefined; header?: string | undefined; id?: string | undefined },
): string | undefined {
  const names = [told.commentUrn, told.header, told.id].flatMap((name) => name ?? []);
  const whole = names.find((name) => /^urn:li:comment:\((urn:li:)?\w+:\d+,\d+\)$/.test(name));
  const number = names.find((name) => /^\d+$/.test(name));
  return whole ?? (number && `urn:li:comment:(${post},${number})`);
}

export const publishedAs = (tools: Pick<AppTools, 'apps'>, post: string, urn: string) => ({
  platformPostId: urn,
  url: `${postUrl(tools, post)}?${new URLSearchParams({ commentUrn: urn.replace('(urn:li:', '(') })}`,
});

function refused(post: string, answer: HttpAnswer, now: Date): PublishOutcome {
  const refusal = refusalOf(answer, now);
  if (answer.status >= 500 || answer.status === 408) return { kind: 'unknown', message: refusal.message };
  // Apps that may post may not comment before LinkedIn has given them more: no other consent of the user helps.
  if (refusal.kind === 'reconnect' && answer.status === 403)
    return { kind: 'refused', refusal: { ...refusal, kind: 'account_restricted' } };
  // What was posted a moment ago is not known everywhere at LinkedIn (https://github.com/gitroomhq/postiz-app/issues/408).
  if (refusal.kind === 'target_gone' && isFresh(post, now))
    return { kind: 'refused', refusal: { ...refusal, kind: 'retry_later' } };
  return { kind: 'refused', refusal };
}

const freshMs = 2 * 60_000;
const isFresh = (post: string, now: Date) => now.getTime() - (madeAt(post, now) ?? 0) < freshMs;
