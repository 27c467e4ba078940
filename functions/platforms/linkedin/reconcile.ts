import { type Account, type Attempted, PlatformRefused, type Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { isSameText } from '../same-text.ts';
import { openTokens } from '../token-session.ts';
import { isMember } from './api.ts';
import { fromLittle } from './little-text.ts';
import { uploadOf } from './media.ts';
import { filesOf, type LinkedinPost, listLimit, listPosts, postUrl } from './posts.ts';
import { linkedinSession } from './session.ts';

/** LinkedIn's clock and ours may differ. */
const clockSkewMs = 60_000;

/** The author's, made since, and with our files; with our text where either has none: the same text may go with other files. */
export function isOurs(post: LinkedinPost, { accountId }: Account, attempt: Attempted): boolean {
  if (post.author !== accountId || post.createdAt < earliest(attempt)) return false;
  const ours = attempt.prepared === undefined ? [] : uploadOf(attempt.prepared).map(({ urn }) => idOf(urn));
  const shown = filesOf(post).map(idOf);
  if (ours.length > 0 && shown.length > 0) return shown.some((id) => ours.includes(id));
  return isSameText(fromLittle(post.commentary), attempt.text);
}

/** LinkedIn has more than one name for the same file. */
const idOf = (urn: string) => urn.split(':').at(-1) ?? '';

/** Posts before this time were there before the attempt. */
export const earliest = ({ attemptedAt }: Attempted) => attemptedAt.getTime() - clockSkewMs;

/** Posts of members may be read by few apps; those of organizations by whoever may post for them. */
export const mayRead = (account: Account) =>
  openTokens(account).scopes?.includes(isMember(account.accountId) ? 'r_member_social' : 'r_organization_social') ??
  false;

/** Looks for the post among the newest of the account. The list is by the last change, so nothing new is below what is old. */
export async function reconcile(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  if (!mayRead(account)) return { kind: 'unknown', message: 'LinkedIn lets nobody look at the posts of this account.' };
  try {
    const posts = await listPosts(tools, linkedinSession(tools, account), account.accountId);
    const ours = posts.findLast((post) => isOurs(post, account, attempt));
    if (ours) return { kind: 'published', platformPostId: ours.id, url: postUrl(tools, ours.id) };
    const reachesBack = posts.some((post) => (post.lastModifiedAt ?? post.createdAt) < earliest(attempt));
    return reachesBack || posts.length < listLimit
      ? { kind: 'absent' }
      : { kind: 'unknown', message: 'There are too many newer posts to tell.' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}
