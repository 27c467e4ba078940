import { type Account, PlatformRefused, type Publication, type Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { partsOf } from '../carousel-parts.ts';
import { findContainer } from './containers.ts';
import { listLimit, listPosts } from './posts.ts';

/** The platform's clock and ours may differ. */
const clockSkewMs = 60_000;
/** A container lives for a day: the post that it became is no older. */
const containerLifeMs = 24 * 3600_000;

/**
 * The container proves whether the post got through; which post it became, only the account's list tells. The list alone has
 * to do where the container is gone.
 */
export async function reconcile(tools: AppTools, account: Account, publication: Publication): Promise<Reconciled> {
  const { prepared = '' } = publication;
  if (partsOf(prepared)) return { kind: 'absent' }; // nothing was there yet that could be published
  try {
    const container = await findContainer(tools, account, prepared);
    if (container && container.status !== 'PUBLISHED') return { kind: 'absent' };
    const found = await findListed(tools, account, publication);
    return container && found.kind === 'absent' ? notListedYet : found;
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

const notListedYet = { kind: 'unknown', message: 'Threads published the post but does not list it yet.' } as const;

async function findListed(tools: AppTools, account: Account, { text, attemptedAt }: Publication): Promise<Reconciled> {
  const from = attemptedAt?.getTime() ?? tools.now().getTime() - containerLifeMs;
  const since = new Date(from - clockSkewMs);
  const posts = await listPosts(tools, account, since);
  const ours = posts.findLast((post) => post.text === text.trim() && post.timestamp >= since);
  if (ours) return { kind: 'published', platformPostId: ours.id, url: ours.permalink };
  return posts.length < listLimit
    ? { kind: 'absent' }
    : { kind: 'unknown', message: 'There are too many newer posts to tell.' };
}
