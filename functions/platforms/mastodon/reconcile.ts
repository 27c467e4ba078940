import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled, type ReplyTo } from '../adapter.ts';
import { type AdapterTools, WebUrl } from '../answer.ts';
import { bearer, demand, openSecret } from './api.ts';
import { clientName } from './client-name.ts';
import { sentText, shownText } from './plain-text.ts';

const ListedStatus = z.object({
  id: z.string(),
  url: WebUrl.nullish(),
  uri: WebUrl,
  content: z.string(),
  created_at: z.coerce.date(),
  in_reply_to_id: z.string().nullish(),
  application: z.object({ name: z.string() }).nullish(),
});
type ListedStatus = z.infer<typeof ListedStatus>;

const listLimit = 40;
/** The server's clock and ours may differ. */
const clockSkewMs = 60_000;

/**
 * Looks for the post among the account's newest statuses. Ours is one with the same text that answers the same post, or none,
 * made by this application since the attempt began. Absent is sure only when the list reaches back to before the attempt.
 */
export async function reconcile(tools: AdapterTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  try {
    return foundAmong(await newestStatuses(tools, account), attempt);
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

function foundAmong(statuses: ListedStatus[], { text, replyTo, attemptedAt }: Attempted): Reconciled {
  const since = attemptedAt.getTime() - clockSkewMs;
  const alike = statuses.filter((status) => isAlike(status, text, since));
  const ours = alike.findLast(({ in_reply_to_id }) => (in_reply_to_id ?? undefined) === replyTo?.platformPostId);
  if (ours) return { kind: 'published', platformPostId: ours.id, url: ours.url ?? ours.uri };
  if (replyTo && alike.some((status) => mayBeOrphan(status, replyTo)))
    return { kind: 'unknown', message: 'There is such a post, but it answers nothing (any more).' };
  const reachesBack = statuses.length < listLimit || statuses.some(({ created_at }) => created_at.getTime() < since);
  return reachesBack ? { kind: 'absent' } : { kind: 'unknown', message: 'There are too many newer posts to tell.' };
}

function newestStatuses(tools: AdapterTools, account: Account): Promise<ListedStatus[]> {
  const url = new URL(`/api/v1/accounts/${encodeURIComponent(account.accountId)}/statuses`, account.server);
  url.search = new URLSearchParams({ limit: String(listLimit), exclude_reblogs: 'true' }).toString();
  const call = { method: 'GET', url: url.href, headers: bearer(openSecret(account).accessToken) } as const;
  return demand(tools, call, z.array(ListedStatus));
}

const isAlike = ({ content, created_at, application }: ListedStatus, text: string, since: number) =>
  created_at.getTime() >= since &&
  (application?.name ?? clientName) === clientName &&
  shownText(content) === sentText(text);

/** When a post is deleted, the replies to it stay and no longer say what they answered. */
const mayBeOrphan = ({ id, in_reply_to_id }: ListedStatus, { platformPostId, rootId }: ReplyTo) =>
  in_reply_to_id == null && id !== platformPostId && id !== rootId;
