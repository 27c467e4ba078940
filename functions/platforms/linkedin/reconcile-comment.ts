import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled, type ReplyTo } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { isSameText } from '../same-text.ts';
import { demanded, restCall } from './api.ts';
import { commentsPath, commentUrn, publishedAs } from './comment.ts';
import { earliest, mayRead } from './reconcile.ts';
import { linkedinSession } from './session.ts';

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api */
const Comment = z.object({
  id: z.string().optional(),
  commentUrn: z.string().optional(),
  $URN: z.string().optional(),
  actor: z.string().optional(),
  created: z.object({ actor: z.string().optional(), time: z.number() }),
  message: z.object({ text: z.string().default('') }),
});
type Comment = z.infer<typeof Comment>;
const Comments = z.object({
  elements: z.array(Comment),
  paging: z.object({ total: z.number().optional() }).optional(),
});

const listLimit = 100;
/** What a call lists that asks for no number. */
const usualLimit = 10;

/** Looks for the comment among those of the post. Their order is not written anywhere, so only all of them prove that it is not there. */
export async function reconcileComment(
  tools: AppTools,
  account: Account,
  attempt: Attempted & { replyTo: ReplyTo },
): Promise<Reconciled> {
  if (!mayRead(account)) return unknown('LinkedIn lets nobody look at the comments of this account.');
  const { rootId } = attempt.replyTo;
  try {
    const call = restCall(tools, commentsPath(rootId), { start: '0', count: String(listLimit) });
    const answer = await ask(linkedinSession(tools, account).send, call);
    const { elements, paging } = demanded(Comments, answer, tools.now());
    const alike = elements.filter((comment) => isAlike(comment, attempt));
    const ours = alike.find((comment) => idOf(authorOf(comment)) === idOf(account.accountId));
    const urn = ours && commentUrn(rootId, { commentUrn: ours.commentUrn ?? ours.$URN, id: ours.id });
    if (urn !== undefined) return { kind: 'published', ...publishedAs(tools, rootId, urn) };
    if (ours || alike.some((comment) => authorOf(comment) === ''))
      return unknown('LinkedIn does not tell whose it is.');
    const isWhole = paging?.total === undefined ? elements.length < usualLimit : elements.length >= paging.total;
    return isWhole ? { kind: 'absent' } : unknown('There are too many comments to tell.');
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return unknown(error.message);
  }
}

const unknown = (message: string): Reconciled => ({ kind: 'unknown', message });

const isAlike = ({ created, message }: Comment, attempt: Attempted) =>
  created.time >= earliest(attempt) && isSameText(message.text, attempt.text);

/** Authors of comments are known to be missing. */
const authorOf = ({ actor, created }: Comment) => actor ?? created.actor ?? '';

/** An organization has been a company, too. */
const idOf = (urn: string) => urn.split(':').at(-1) ?? '';
