import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled } from '../adapter.ts';
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
  application: z.object({ name: z.string() }).nullish(),
});
type ListedStatus = z.infer<typeof ListedStatus>;

const listLimit = 40;
/** The server's clock and ours may differ. */
const clockSkewMs = 60_000;

/**
 * Looks for the post among the account's newest statuses. Ours is one with the same text, made by this application since
 * the attempt began. Absent is sure only when the list reaches back to before the attempt.
 */
export async function reconcile(tools: AdapterTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  try {
    const statuses = await newestStatuses(tools, account);
    const since = attempt.attemptedAt.getTime() - clockSkewMs;
    const ours = statuses.findLast((status) => isOurs(status, attempt.text, since));
    if (ours) return { kind: 'published', platformPostId: ours.id, url: ours.url ?? ours.uri };
    const reachesBack = statuses.length < listLimit || statuses.some(({ created_at }) => created_at.getTime() < since);
    return reachesBack ? { kind: 'absent' } : { kind: 'unknown', message: 'There are too many newer posts to tell.' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

function newestStatuses(tools: AdapterTools, account: Account): Promise<ListedStatus[]> {
  const url = new URL(`/api/v1/accounts/${encodeURIComponent(account.accountId)}/statuses`, account.server);
  url.search = new URLSearchParams({ limit: String(listLimit), exclude_reblogs: 'true' }).toString();
  const call = { method: 'GET', url: url.href, headers: bearer(openSecret(account).accessToken) } as const;
  return demand(tools, call, z.array(ListedStatus));
}

const isOurs = ({ content, created_at, application }: ListedStatus, text: string, since: number) =>
  created_at.getTime() >= since &&
  (application?.name ?? clientName) === clientName &&
  shownText(content) === sentText(text);
