import { PlatformRefused, type Publication, type Reconciled } from './adapter.ts';
import { partsOf } from './carousel-parts.ts';

/** Meta's clock and ours may differ. */
const clockSkewMs = 60_000;
/** A container lives for a day: the post that it became is no older. */
const containerLifeMs = 24 * 3600_000;

type Listed = { id: string; permalink: string };
/** What a platform whose posts are made from containers shows of them. */
export type ContainerPlatform = {
  name: string;
  now: () => Date;
  /** Undefined for a container that the platform does not know (any more). */
  isPublished: (container: string) => Promise<boolean | undefined>;
  /** The post among the account's own since a time; `isWhole`: the list reaches back that far. */
  findListed: (since: Date) => Promise<{ post?: Listed | undefined; isWhole: boolean }>;
};

/**
 * The container proves whether the post got through; which post it became, only the account's list tells. The list alone has
 * to do where the container is gone.
 */
export async function provedByContainer(
  { prepared = '', attemptedAt }: Publication,
  { name, now, isPublished, findListed }: ContainerPlatform,
): Promise<Reconciled> {
  if (partsOf(prepared)) return { kind: 'absent' }; // nothing was there yet that could be published
  try {
    const published = await isPublished(prepared);
    if (published === false) return { kind: 'absent' };
    const from = attemptedAt?.getTime() ?? now().getTime() - containerLifeMs;
    const { post, isWhole } = await findListed(new Date(from - clockSkewMs));
    if (post) return { kind: 'published', platformPostId: post.id, url: post.permalink };
    if (!isWhole) return { kind: 'unknown', message: 'There are too many newer posts to tell.' };
    return published
      ? { kind: 'unknown', message: `${name} published the post but does not list it yet.` }
      : { kind: 'absent' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}
