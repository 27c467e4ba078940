import { type Account, type Attempted, PlatformRefused, type Publication, type Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { readContainer } from './containers.ts';
import { listLimit, listPosts } from './posts.ts';

/** The platform's clock and ours may differ. */
const clockSkewMs = 60_000;
/** A container lives for a day: the post that it became is no older. */
const containerLifeMs = 24 * 3600_000;

/** The container proves whether the post got through; which post it became, only the account's list tells. */
export async function reconcile(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  if (attempt.prepared !== undefined) return findPublished(tools, account, attempt, attempt.attemptedAt);
  return quietly(() => findListed(tools, account, attempt, attempt.attemptedAt));
}

/** The post that a container became. */
export function findPublished(
  tools: AppTools,
  account: Account,
  publication: Publication,
  since = new Date(tools.now().getTime() - containerLifeMs),
): Promise<Reconciled> {
  return quietly(async () => {
    const { status } = await readContainer(tools, account, publication.prepared ?? '');
    if (status !== 'PUBLISHED') return { kind: 'absent' };
    const found = await findListed(tools, account, publication, since);
    return found.kind === 'absent'
      ? { kind: 'unknown', message: 'Threads published the post but does not list it yet.' }
      : found;
  });
}

async function findListed(
  tools: AppTools,
  account: Account,
  { text }: Publication,
  attemptedAt: Date,
): Promise<Reconciled> {
  const since = new Date(attemptedAt.getTime() - clockSkewMs);
  const posts = await listPosts(tools, account, since);
  const ours = posts.findLast((post) => post.text === text.trim() && post.timestamp >= since);
  if (ours) return { kind: 'published', platformPostId: ours.id, url: ours.permalink };
  return posts.length < listLimit
    ? { kind: 'absent' }
    : { kind: 'unknown', message: 'There are too many newer posts to tell.' };
}

async function quietly(look: () => Promise<Reconciled>): Promise<Reconciled> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}
