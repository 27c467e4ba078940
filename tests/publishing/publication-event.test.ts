import { describe, expect, test } from 'vitest';
import { publicationKey, publicationRow } from '../../functions/posts/post-rows.ts';
import type { StoredPublication } from '../../functions/posts/publication.ts';
import { publicationEvent } from '../../functions/publishing/publication-event.ts';
import { toldStates } from '../../functions/publishing/schemas.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import type { RowChange } from '../../functions/runtime/stream-reader.ts';
import { failedOutcome, freshPosts, noon, plannedPost, publishedOutcome, settle, shards } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';

const planned = plannedPost();
const change = (overrides: Partial<StoredPublication>, id = 'change-1'): RowChange => {
  const [publication] = planned.publications;
  if (!publication) throw new Error('nothing planned');
  return { id, at: noon, row: publicationRow({ ...publication, ...overrides }, dueIndex('DUE', shards)) };
};
const ref = { teamId: testTeamId, postId: planned.post.id, connectionId: planned.publications[0]?.connectionId };

describe('the event of a publication', () => {
  test('that is out names the post on the platform', () => {
    const event = publicationEvent(change({ ...publishedOutcome, latenessMs: 250 }));
    expect(event).toMatchObject({ type: 'publication.published', teamId: testTeamId, at: noon.toISOString() });
    const { state: _, publishedAt: __, ...where } = { ...publishedOutcome, publishedAt: '', latenessMs: 250 };
    expect(event?.data).toEqual({ ...ref, platform: 'mastodon', ...where });
  });

  test.each([
    ['failed', 'publication.failed', { code: 'content_rejected' }],
    ['unconfirmed', 'publication.failed', { code: 'content_rejected' }],
    ['missed', 'publication.missed', { policy: 'skip' }],
  ] as const)('that is %s is %s', (state, type, data) => {
    const event = publicationEvent(change({ ...failedOutcome, state, missedBy: 'skip' }));
    expect(event).toMatchObject({ type, data: { ...ref, ...data } });
  });

  test('is the same when the stream tells of it again, and another for another change', () => {
    const [first, again, other] = ['change-1', 'change-1', 'change-2'].map((id) =>
      publicationEvent(change({ ...publishedOutcome }, id)),
    );
    expect(first?.id).toMatch(/^event_[0-7][0-9a-z]{25}$/);
    expect(again).toEqual(first);
    expect(other?.id).not.toBe(first?.id);
  });

  test('has an id that sorts by time', () => {
    const eventAt = (at: string) =>
      publicationEvent({ ...change({ ...publishedOutcome }), at: new Date(at) })?.id ?? '';
    expect(eventAt('2030-01-01T12:00:01Z') > eventAt('2030-01-01T12:00:00Z')).toBe(true);
  });

  test('is made of the row that the publisher leaves', async () => {
    const { posts, publications, table } = await freshPosts();
    const { post, publications: planned } = plannedPost();
    await posts.insert({ post, publications: planned });
    const [publication] = planned;
    await settle(publications, publication, publishedOutcome);
    const row = publication && (await table.get(publicationKey(publication)));
    expect(row && publicationEvent({ id: '1', at: noon, row })?.type).toBe('publication.published');
  });

  test('comes of no other row', () => {
    expect(publicationEvent({ id: '1', at: noon, row: { pk: 'A', sk: '1', entity: 'post', state: 'failed' } })).toBe(
      undefined,
    );
  });

  test('comes of every state that somebody must hear of', () => {
    const types = toldStates.map((state) => publicationEvent(change({ ...failedOutcome, ...publishedOutcome, state })));
    expect(types.map((event) => event?.type)).toEqual([
      'publication.published',
      'publication.failed',
      'publication.failed',
      'publication.missed',
    ]);
  });
});
