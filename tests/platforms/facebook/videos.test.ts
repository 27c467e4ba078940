import { describe, expect, test } from 'vitest';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { calls } from '../../support/sandbox.ts';
import type { Answer } from '../../support/scripted-server.ts';
import { type Act, account, against, attemptedAt, graphError, publication } from './scripted-graph.ts';

const photo = { url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg' } as const;
const video = { url: 'https://cdn.example.com/a.mp4', type: 'video/mp4' } as const;

// https://developers.facebook.com/docs/graph-api/reference/page/videos, /reference/video and /reference/video-status
describe('Facebook: a video', () => {
  const prepared = JSON.stringify({ video: '21' });
  const published = { published: true, post_id: '31', permalink_url: '/reel/21/' };
  const act = <Outcome>(answers: Answer[], run: Act<Outcome>) => against(answers, run);

  test('is fetched by Facebook before it is published', async () => {
    const { outcome, sent } = await act([{ body: { id: '21' } }], (adapter) =>
      adapter.prepare(account, { ...publication, media: [video], overrides: { facebook: { title: 'A title' } } }),
    );
    expect(outcome).toEqual({ kind: 'ready', handle: prepared });
    const fields = { file_url: video.url, published: 'false', description: 'Hello', title: 'A title' };
    expect(sent).toEqual([{ call: 'POST /1001/videos', fields }]);
  });

  test.each([
    [389, 'content_rejected'],
    [352, 'content_rejected'],
    [6001, 'retry_later'],
  ])('that is refused by code %i', async (code, kind) => {
    const { outcome } = await act([graphError(code)], (adapter) =>
      adapter.prepare(account, { ...publication, media: [video] }),
    );
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode: String(code) } });
  });

  test.each([
    [{ status: { video_status: 'processing' } }, { kind: 'wait', seconds: 15 }],
    [{ status: { video_status: 'upload_complete' } }, { kind: 'wait' }],
    [{ status: { video_status: 'ready' } }, { kind: 'ready' }],
    [{ status: { video_status: 'processing' }, published: true }, { kind: 'ready' }],
    [{ status: { video_status: 'expired' } }, { kind: 'expired' }],
    [
      { status: { video_status: 'error', processing_phase: { status: 'error', errors: [{ message: 'too long' }] } } },
      { kind: 'refused', refusal: { kind: 'content_rejected', message: expect.stringContaining('too long') } },
    ],
    [
      { status: { video_status: 'upload_failed', uploading_phase: { error: { message: 'no file' } } } },
      { kind: 'refused', refusal: { message: expect.stringContaining('no file') } },
    ],
    [
      { status: { video_status: 'error' } },
      { kind: 'refused', refusal: { message: expect.stringContaining('does not say why') } },
    ],
    [{}, { kind: 'wait' }],
  ])('that says %o', async (body, readiness) => {
    const { outcome } = await act([{ body: { id: '21', ...body } }], (adapter) =>
      adapter.checkReady(account, { ...publication, prepared }),
    );
    expect(outcome).toMatchObject(readiness);
  });

  test('that is gone must be fetched anew', async () => {
    const { outcome } = await act([graphError(100, 33)], (adapter) =>
      adapter.checkReady(account, { ...publication, prepared }),
    );
    expect(outcome).toEqual({ kind: 'expired' });
  });

  test.each([
    [published, '1001_31', '/reel/21/'],
    [{ ...published, post_id: '1001_31' }, '1001_31', '/reel/21/'],
    [{ published: true }, '21', '/21'],
    [{ ...published, permalink_url: 'javascript:alert(1)' }, '1001_31', '/21'],
  ])('is published at the video, and is the post that it names: %o', async (body, platformPostId, path) => {
    const { outcome, sent, url } = await act([{ body: { success: true } }, { body }], (adapter) =>
      adapter.publish(account, { ...publication, prepared }),
    );
    expect(outcome).toEqual({ kind: 'accepted', platformPostId, url: `${url}${path}` });
    expect(sent[0]).toEqual({ call: 'POST /21', fields: { published: 'true' } });
  });

  test('is out though it cannot be read', async () => {
    const { outcome } = await act([{ body: { success: true } }, graphError(2)], (adapter) =>
      adapter.publish(account, { ...publication, prepared }),
    );
    expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: '21' });
  });

  test.each([
    [{ body: { success: false } }, {}, 'unknown'],
    [graphError(2, undefined, 500), {}, 'unknown'],
    [graphError(100), published, 'accepted'],
    [graphError(100), { published: false }, 'refused'],
    [graphError(100), {}, 'unknown'],
    [graphError(190), {}, 'refused'],
  ])('whose publication answers %j, being %j', async (answer, body, kind) => {
    const { outcome } = await act([answer, { body }], (adapter) =>
      adapter.publish(account, { ...publication, prepared }),
    );
    expect(outcome).toMatchObject({ kind });
  });

  test.each([
    [published, 'published'],
    [{ published: false }, 'absent'],
    [{ status: { video_status: 'ready', publishing_phase: { publish_status: 'published' } } }, 'published'],
    [{ status: { video_status: 'ready', publishing_phase: { publish_status: 'draft' } } }, 'absent'],
    [{ status: { video_status: 'ready', publishing_phase: { status: 'complete' } } }, 'published'],
    [{ status: { video_status: 'ready', publishing_phase: { status: 'not_started' } } }, 'absent'],
    [
      {
        status: { video_status: 'ready', publishing_phase: { status: 'in_progress', publish_status: 'not_published' } },
      },
      'unknown',
    ],
    [{}, 'unknown'],
  ])('tells itself whether it was published: %j', async (body, kind) => {
    const { outcome } = await act([{ body }], (adapter) =>
      adapter.reconcile(account, { ...publication, prepared, attemptedAt }),
    );
    expect(outcome).toMatchObject({ kind });
  });

  test('that is gone tells nothing', async () => {
    const { outcome } = await act([graphError(100, 33)], (adapter) =>
      adapter.reconcile(account, { ...publication, prepared, attemptedAt }),
    );
    expect(outcome).toMatchObject({ kind: 'unknown' });
  });

  test('is guarded better than other posts', () => {
    const adapter = facebookAdapter(calls);
    expect(adapter.retryClassOf({ ...publication, media: [video] })).toBe('provable');
    expect(adapter.retryClassOf({ ...publication, media: [photo] })).toBe('unprovable');
    expect(adapter.retryClassOf(publication)).toBe('unprovable');
  });

  describe('of which Facebook takes none that is not published', () => {
    const direct = { ...publication, media: [video], prepared: JSON.stringify({ video: null }) };

    test.each([[200], [10]])('code %i, is published in one call', async (code) => {
      const { outcome, sent } = await act(
        [graphError(code), { body: { id: '21' } }, { body: published }],
        async (by) => [
          await by.prepare(account, direct),
          await by.checkReady(account, direct),
          await by.publish(account, direct),
        ],
      );
      expect(outcome).toMatchObject([
        { kind: 'ready', handle: direct.prepared },
        { kind: 'ready' },
        { kind: 'accepted', platformPostId: '1001_31' },
      ]);
      expect(sent[1]).toEqual({ call: 'POST /1001/videos', fields: { file_url: video.url, description: 'Hello' } });
    });

    const taken = JSON.stringify({ video: '21', isTaken: true });
    const failed = {
      status: { video_status: 'error', processing_phase: { status: 'error', errors: [{ message: 'No' }] } },
    };
    const told = [
      [published, 'published'],
      [{ published: false, status: { video_status: 'processing' } }, 'unknown'],
      [failed, 'refused'],
      [{}, 'unknown'],
    ] as const;

    test.each(told)('is asked for what came of it: %j', async (body, kind) => {
      const { outcome } = await act([{ body: { id: '21' } }, { body }], (adapter) => adapter.publish(account, direct));
      const outcomes = {
        published: { kind: 'accepted', platformPostId: '1001_31' },
        refused: { kind, refusal: { kind: 'content_rejected', message: expect.stringContaining('No') } },
        unknown: { kind, handle: taken },
      };
      expect(outcome).toMatchObject(outcomes[kind]);
    });

    test.each(told)('is asked by its id later: %j', async (body, kind) => {
      const { outcome } = await act([{ body }], (adapter) =>
        adapter.reconcile(account, { ...direct, prepared: taken, attemptedAt }),
      );
      expect(outcome).toMatchObject({ kind });
    });

    test.each([
      [graphError(200), 'refused'],
      [graphError(2, undefined, 500), 'unknown'],
      [{ body: {} }, 'unknown'],
      ['drop', 'unknown'],
    ] as const)('is %j understood as %s', async (answer, kind) => {
      const { outcome } = await act([answer], (adapter) => adapter.publish(account, direct));
      expect(outcome).toMatchObject({ kind });
    });

    test.each([
      [[], 'unknown'],
      [
        [{ id: '1001_31', message: 'Hello', created_time: '2030-01-01T12:00:01+0000', permalink_url: 'https://x.y' }],
        'published',
      ],
    ])('without its answer, is proven only by being listed: %j', async (data, kind) => {
      const { outcome } = await act([{ body: { data } }], (adapter) =>
        adapter.reconcile(account, { ...direct, attemptedAt }),
      );
      expect(outcome).toMatchObject({ kind });
      expect(facebookAdapter(calls).retryClassOf(direct)).toBe('unprovable');
    });
  });

  test('that stands for its post has no count of shares', async () => {
    const { outcome, sent } = await act(
      [{ body: { reactions: { data: [], summary: { total_count: 3 } } } }],
      (adapter) => adapter.readMetrics(account, ['21']),
    );
    expect(outcome.get('21')).toEqual({ likes: 3, reposts: null, replies: null });
    expect(sent[0]?.fields.fields).not.toContain('shares');
  });
});
