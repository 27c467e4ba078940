import { describe, expect, test } from 'vitest';
import type { Answer } from '../../support/scripted-server.ts';
import { account, against, attemptedAt, graphError, publication } from './scripted-graph.ts';

const photo = { url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg', altText: 'Ada' } as const;

// https://developers.facebook.com/docs/graph-api/reference/page/photos: uploading unpublished photos, multi-photo posts
describe('Facebook: photos', () => {
  const ids: Answer[] = [{ body: { id: '11' } }, { body: { id: '12' } }];
  const prepare = (media = [photo, photo], answers = ids) =>
    against(answers, (adapter) => adapter.prepare(account, { ...publication, media }));
  const prepared = (photos: string[], at = new Date().toISOString()) => JSON.stringify({ photos, at });

  test('are uploaded without being published', async () => {
    const { outcome, sent } = await prepare();
    const handle = outcome.kind === 'ready' ? outcome.handle : '';
    expect(JSON.parse(handle ?? '')).toEqual({
      photos: expect.arrayContaining(['11', '12']),
      at: expect.stringMatching(/^\d{4}-/),
    });
    const fields = { url: photo.url, published: 'false', alt_text_custom: 'Ada' };
    expect(sent).toEqual([
      { call: 'POST /1001/photos', fields },
      { call: 'POST /1001/photos', fields },
    ]);
  });

  test('are attached to the post, which then shows no link', async () => {
    const text = 'See https://example.com';
    const { sent } = await against([{ body: { id: '1001_1' } }], (adapter) =>
      adapter.publish(account, { ...publication, text, prepared: prepared(['11', '12']) }),
    );
    expect(sent).toEqual([
      {
        call: 'POST /1001/feed',
        fields: {
          message: text,
          'attached_media[0]': '{"media_fbid":"11"}',
          'attached_media[1]': '{"media_fbid":"12"}',
          fields: 'id,permalink_url',
        },
      },
    ]);
  });

  test.each([
    [new Date(), 'ready'],
    [new Date(Date.now() - 23.5 * 3600_000), 'expired'],
  ])('uploaded at %o are %s', async (at, kind) => {
    const { outcome, sent } = await against([], (adapter) =>
      adapter.checkReady(account, { ...publication, prepared: prepared(['11'], at.toISOString()) }),
    );
    expect(outcome).toEqual({ kind });
    expect(sent).toEqual([]);
  });

  test.each([
    [324, undefined, 'content_rejected'],
    [100, 1366046, 'content_rejected'],
    [200, undefined, 'reconnect'],
    [2, undefined, 'retry_later'],
  ])('that are refused by %i/%s', async (code, subcode, kind) => {
    const { outcome } = await prepare([photo], [graphError(code, subcode)]);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  // Subcode 1366051 is what gitroomhq/postiz-app knows: these photos were posted already
  describe('that were posted already', () => {
    const listed = {
      id: '1001_1',
      message: 'Hello',
      created_time: '2030-01-01T12:00:01+0000',
      permalink_url: 'https://www.facebook.com/1001/posts/1',
    };
    const again = (data: object[], attempted?: Date) =>
      against([graphError(100, 1366051), { body: { data } }], (adapter) =>
        adapter.publish(account, {
          ...publication,
          prepared: prepared(['11'], attemptedAt.toISOString()),
          attemptedAt: attempted,
        }),
      );

    test.each([attemptedAt, undefined])('are the post that shows them', async (attempted) => {
      expect((await again([listed], attempted)).outcome).toMatchObject({ kind: 'accepted', platformPostId: '1001_1' });
    });

    test('are in doubt while that is not listed', async () => {
      expect((await again([])).outcome).toMatchObject({ kind: 'unknown' });
    });
  });
});

describe('Facebook: reconciling photos', () => {
  const listed = (id: string, created_time: string) => ({
    ...{ id, message: 'Hello', created_time, permalink_url: `https://www.facebook.com/${id}` },
  });
  const attempt = {
    ...publication,
    media: [photo],
    prepared: JSON.stringify({ photos: ['11'], at: attemptedAt.toISOString() }),
    attemptedAt,
  };
  const reconcile = (...data: object[]) =>
    against([{ body: { data } }], (adapter) => adapter.reconcile(account, attempt));
  const earlier = listed('1001_1', '2030-01-01T11:59:40+0000');

  test('does not take another post with the same text for ours', async () => {
    expect((await reconcile(earlier)).outcome).toMatchObject({ kind: 'unknown' });
    const ours = listed('1001_2', '2030-01-01T12:00:01+0000');
    expect((await reconcile(ours, earlier)).outcome).toMatchObject({ kind: 'published', platformPostId: '1001_2' });
  });

  test.each([
    ['2030-01-01T11:58:59+0000', 'absent'],
    ['2030-01-01T11:59:58+0000', 'published'],
  ])('takes one of %s for %s', async (at, kind) => {
    expect((await reconcile(listed('1001_1', at))).outcome).toMatchObject({ kind });
  });

  test('still knows a text by a clock that is behind', async () => {
    const { outcome } = await against([{ body: { data: [earlier] } }], (adapter) =>
      adapter.reconcile(account, { ...publication, attemptedAt }),
    );
    expect(outcome).toMatchObject({ kind: 'published' });
  });
});

test('Facebook: a link that is wished for is shown in place of the first one', async () => {
  const overrides = { facebook: { link: 'https://example.com/b' } };
  const { sent } = await against([{ body: { id: '1001_1' } }], (adapter) =>
    adapter.publish(account, { ...publication, text: 'See https://example.com/a', overrides }),
  );
  expect(sent[0]?.fields.link).toBe('https://example.com/b');
});
