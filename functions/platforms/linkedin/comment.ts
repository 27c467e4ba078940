import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import {
  type Account,
  type Publication,
  type PublishOutcome,
  publishTimeoutMs,
  type Refusal,
  type ReplyTo,
} from '../adapter.ts';
import { type AppTools, isSuccess, read } from '../answer.ts';
import { refusalOf, restCall } from './api.ts';
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
  if (!isSuccess(answer)) return refused(answer, tools.now());
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

function refused(answer: HttpAnswer, now: Date): PublishOutcome {
  const refusal = refusalOf(answer, now);
  if (answer.status >= 500 || answer.status === 408) return { kind: 'unknown', message: refusal.message };
  return { kind: 'refused', refusal: { ...refusal, kind: commentKind(refusal.kind, answer) } };
}

/** Apps that may post may not comment before LinkedIn has given them more: no other consent of the user helps. */
const commentKind = (kind: Refusal['kind'], { status }: HttpAnswer): Refusal['kind'] =>
  kind === 'reconnect' && status === 403 ? 'account_restricted' : kind;
