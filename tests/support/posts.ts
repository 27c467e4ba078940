import type { TargetConnection } from '../../functions/connections/public.ts';
import { laneTable } from '../../functions/posts/lane-table.ts';
import { newPost, type PlannedPost, plan } from '../../functions/posts/post.ts';
import { postTable } from '../../functions/posts/post-table.ts';
import type { StoredPublication } from '../../functions/posts/publication.ts';
import { type Outcome, publicationTable } from '../../functions/posts/publication-table.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { testTeamId, testUserId } from './request.ts';
import { freshTable } from './table.ts';

export const noon = new Date('2030-01-01T12:00:00.000Z');
export const later = '2030-01-01T13:00:00.000Z';
export const shards = 2;

/** Post and publication tables over one fresh table. */
export async function freshPosts() {
  const table = await freshTable();
  const due = dueIndex('DUE', shards);
  return {
    table,
    posts: postTable(table, due),
    publications: publicationTable(table, due),
    lanes: laneTable(table),
  };
}

export const mastodonTarget = (overrides: Partial<TargetConnection> = {}): TargetConnection => ({
  id: newId('conn'),
  platform: 'mastodon',
  accountId: '1',
  accountName: '@ada@social.example',
  accountUrl: 'https://social.example/@ada',
  server: 'https://social.example',
  state: 'active',
  scopes: ['read', 'write'],
  createdAt: noon.toISOString(),
  isEnabled: true,
  name: null,
  avatarUrl: null,
  lastCheckedAt: null,
  health: { status: 'unknown', reason: null },
  tokenExpiresAt: null,
  tokenIsRenewable: false,
  textLimits: { unit: 'characters', max: 500, maxBytes: null, urlLength: 23 },
  ...overrides,
});

export const blueskyTarget = (overrides: Partial<TargetConnection> = {}): TargetConnection =>
  mastodonTarget({
    platform: 'bluesky',
    accountName: 'ada.bsky.example',
    textLimits: { unit: 'graphemes', max: 300, maxBytes: 3000, urlLength: null },
    ...overrides,
  });

/** Finds the given connections in the test team and nowhere else. */
export const targetFinder = (...connections: TargetConnection[]) => ({
  findMany: async (teamId: string, ids: readonly string[]) =>
    connections.filter(({ id }) => teamId === testTeamId && ids.includes(id)),
});

type Draft = {
  targets?: readonly Pick<TargetConnection, 'id' | 'platform'>[];
  publishAt?: string | null;
  text?: string;
  /** Texts that follow the post. */
  thread?: readonly string[];
};

/** A post planned at noon, for one Mastodon target an hour later unless told otherwise. */
export function plannedPost({
  targets = [mastodonTarget()],
  publishAt = later,
  text = 'Hello',
  thread = [],
}: Draft = {}): PlannedPost {
  const empty = newPost({ id: newId('post'), teamId: testTeamId, userId: testUserId }, noon);
  const wanted = targets.map(({ id: connectionId, platform }) => ({ connectionId, platform }));
  const following = thread.map((part) => ({ text: part, media: [] }));
  return plan(empty, { text, thread: following, targets: wanted, publishAt }, noon);
}

/** A queue that remembers what was sent to it. */
export function recordingQueue() {
  const sent: { body: unknown; delaySeconds?: number }[] = [];
  return {
    sent,
    send: async (messages: readonly { body: unknown; delaySeconds?: number }[]) => {
      sent.push(...messages);
    },
  };
}

type Publications = Awaited<ReturnType<typeof freshPosts>>['publications'];

/** Claims a publication at its due time, or at `now`. */
export async function claim(
  publications: Publications,
  publication: StoredPublication | undefined,
  now = new Date(later),
) {
  if (!publication) throw new Error('nothing planned');
  const result = await publications.claim(publication, { now, until: now, leaseSeconds: 70 });
  if (!('claimed' in result)) throw new Error('not claimed');
  return result.claimed;
}

export const publishedOutcome: Outcome = {
  state: 'published',
  platformPostId: '42',
  url: 'https://social.example/@ada/42',
  publishedAt: later,
  latenessMs: 0,
};

export const failedOutcome: Outcome = {
  state: 'failed',
  error: { code: 'content_rejected', message: 'no', action: 'edit', platformCode: '422' },
};

/** Claims and settles a publication as the publisher does. */
export async function settle(publications: Publications, publication: StoredPublication | undefined, outcome: Outcome) {
  return publications.settle(await claim(publications, publication), outcome);
}
