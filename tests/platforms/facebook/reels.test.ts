import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Account } from '../../../functions/platforms/adapter.ts';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startFacebook } from '../../../local/platforms/facebook/start-facebook.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { callsTo, connectFacebook, keptAccount, sandboxControl } from '../../support/sandbox.ts';
import { scriptedServer } from '../../support/scripted-server.ts';
import { publisherOf } from '../suite/publisher.ts';
import { account, against, attemptedAt, graphError, publication } from './scripted-graph.ts';

const { version } = publicApis.facebook;
const overrides = { facebook: { format: 'reel', title: 'A title' } } as const;
const video = { url: 'https://cdn.example.com/a.mp4', type: 'video/mp4' } as const;
const reel = { ...publication, media: [video], overrides };
const Posts = z.object({ items: z.array(z.looseObject({})) });
const prepared = JSON.stringify({ video: '21', isReel: true });

// https://developers.facebook.com/docs/video-api/guides/reels-publishing
describe('Facebook: a reel', () => {
  test('gets its id first, and is fetched for it', async () => {
    const server = await scriptedServer(({ path }) => ({
      body: path.includes('video-upload') ? { success: true } : { video_id: '21', upload_url: 'https://elsewhere' },
    }));
    const outcome = await facebookAdapter(callsTo(server.url)).prepare(account, reel);
    await server.stop();
    expect(outcome).toEqual({ kind: 'ready', handle: prepared });
    const [start, upload] = server.requests;
    expect(start).toMatchObject({ method: 'POST', path: `/${version}/1001/video_reels` });
    expect(new URLSearchParams(start?.body).get('upload_phase')).toBe('start');
    expect(upload).toMatchObject({
      method: 'POST',
      path: `/video-upload/${version}/21`,
      headers: { authorization: 'OAuth EAApage', file_url: video.url },
    });
  });

  test('that cannot be fetched is refused', async () => {
    const debug_info = { retriable: false, type: 'ProcessingFailedError', message: 'No' };
    const answers = [{ body: { video_id: '21' } }, { status: 400, body: { debug_info } }];
    const { outcome } = await against(answers, (adapter) => adapter.prepare(account, reel));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
  });

  test.each([
    [{ video_status: 'upload_complete', uploading_phase: { status: 'complete' } }, 'ready'],
    [{ video_status: 'uploading', uploading_phase: { status: 'in_progress' } }, 'wait'],
    [{ video_status: 'error', uploading_phase: { status: 'error' } }, 'refused'],
  ])('that says %j', async (status, kind) => {
    const { outcome } = await against([{ body: { status } }], (adapter) =>
      adapter.checkReady(account, { ...reel, prepared }),
    );
    expect(outcome).toMatchObject({ kind });
  });

  test('is published by its id, and stands for a post that is not told', async () => {
    const answers = [{ body: { success: true } }, { body: { published: true, permalink_url: '/reel/21/' } }];
    const { outcome, sent, url } = await against(answers, (adapter) => adapter.publish(account, { ...reel, prepared }));
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: '21', url: `${url}/reel/21/` });
    const fields = { video_id: '21', upload_phase: 'finish', video_state: 'PUBLISHED' };
    expect(sent[0]).toEqual({
      call: 'POST /1001/video_reels',
      fields: { ...fields, description: 'Hello', title: 'A title' },
    });
  });

  test('tells itself what came of a lost answer', async () => {
    const answers = [{ body: { status: { video_status: 'ready', publishing_phase: { status: 'complete' } } } }];
    const { outcome } = await against(answers, (adapter) =>
      adapter.reconcile(account, { ...reel, prepared, attemptedAt }),
    );
    expect(outcome).toMatchObject({ kind: 'published', platformPostId: '21' });
  });

  const processed = { uploading_phase: { status: 'complete' }, processing_phase: { status: 'complete' } };
  const failed = { status: 'error', errors: [{ message: 'too loud' }] };
  const told: [string, object, 'published' | 'refused' | 'unknown'][] = [
    ['is published', { published: true }, 'published'],
    ['is published, by its phase', { status: { publishing_phase: { status: 'complete' } } }, 'published'],
    [
      'is published, by its phase alone',
      { published: false, status: { publishing_phase: { status: 'complete', publish_status: 'published' } } },
      'published',
    ],
    ['is ready, and tells no more', { status: { video_status: 'ready', ...processed } }, 'published'],
    ['is ready, and being published', ready({ status: 'in_progress' }), 'unknown'],
    ['is ready, and to be published', ready({ status: 'not_started', publish_status: 'published' }), 'unknown'],
    ['is a draft', ready({ status: 'complete', publish_status: 'draft' }), 'unknown'],
    ['is ready, and not published yet', { published: false, status: { video_status: 'ready' } }, 'unknown'],
    ['is being processed', { published: false, status: { video_status: 'processing' } }, 'unknown'],
    ['tells nothing', {}, 'unknown'],
    ['tells what nobody knows', { status: 7, published: 'soon' }, 'unknown'],
    ['has failed', { status: { video_status: 'error', processing_phase: failed } }, 'refused'],
    ['has failed, by its phase', { status: { processing_phase: failed } }, 'refused'],
    ['has failed to be published', { published: false, status: { publishing_phase: failed } }, 'refused'],
    ['has expired', { published: false, status: { video_status: 'expired' } }, 'refused'],
  ];
  function ready(publishing_phase: object) {
    return { status: { video_status: 'ready', ...processed, publishing_phase } };
  }

  test.each(told)('that Facebook took to publish: it %s', async (_, body, kind) => {
    const answers = [{ body: { success: true } }, { body }];
    const { outcome } = await against(answers, (adapter) => adapter.publish(account, { ...reel, prepared }));
    const outcomes = { published: { kind: 'accepted', platformPostId: '21' }, refused: { kind }, unknown: working };
    expect(outcome).toMatchObject(outcomes[kind]);
  });
  const taken = JSON.stringify({ video: '21', isTaken: true });
  const working = { kind: 'unknown', handle: taken };

  test.each(told)('that Facebook took is never absent later: it %s', async (_, body, kind) => {
    const { outcome, sent } = await against([{ body }], (adapter) =>
      adapter.reconcile(account, { ...reel, prepared: taken, attemptedAt }),
    );
    expect(outcome).toMatchObject({ kind });
    expect(sent.map(({ call }) => call)).toEqual(['GET /21']);
  });

  test.each([graphError(100, 33), graphError(2, undefined, 500), graphError(190), 'drop' as const])(
    'that Facebook took is not given up when it cannot be read: %j',
    async (answer) => {
      const publishing = await against([{ body: { success: true } }, answer], (adapter) =>
        adapter.publish(account, { ...reel, prepared }),
      );
      expect(publishing.outcome).toMatchObject(working);
      const { outcome } = await against([answer], (adapter) =>
        adapter.reconcile(account, { ...reel, prepared: taken, attemptedAt }),
      );
      expect(outcome).toMatchObject({ kind: 'unknown' });
    },
  );

  test('fails in the words of Facebook', async () => {
    const body = { status: { video_status: 'error', processing_phase: failed } };
    const { outcome } = await against([{ body: { success: true } }, { body }], (adapter) =>
      adapter.publish(account, { ...reel, prepared }),
    );
    const refusal = { kind: 'content_rejected', platformCode: 'error', message: expect.stringContaining('too loud') };
    expect(outcome).toMatchObject({ kind: 'refused', refusal });
  });

  test('is looked at a few times', async () => {
    const answers = [
      { body: { success: true } },
      { body: {} },
      graphError(2),
      { body: {} },
      { body: { published: true } },
    ];
    const { outcome } = await against(answers, (adapter) => adapter.publish(account, { ...reel, prepared }));
    expect(outcome).toMatchObject({ kind: 'accepted' });
  });

  test('is looked at no longer than a run may take', async () => {
    const server = await scriptedServer(({ method }) => ({ body: { success: method === 'POST' } }));
    let at = attemptedAt.getTime();
    const wait = async () => {
      at += 11_000;
    };
    const adapter = facebookAdapter({ ...callsTo(server.url), now: () => new Date(at) }, wait);
    expect(await adapter.publish(account, { ...reel, prepared })).toMatchObject(working);
    await server.stop();
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  });

  test.each([
    [{ published: false, status: { processing_phase: { status: 'in_progress' } } }, 'unknown'],
    [{ published: false, status: { processing_phase: { status: 'not_started' } } }, 'absent'],
    [{ published: false, status: { processing_phase: failed } }, 'refused'],
    [{ published: false, status: { video_status: 'expired' } }, 'absent'],
  ])('whose answer was lost is processed only if Facebook took it: %j', async (body, kind) => {
    const { outcome } = await against([{ body }], (adapter) =>
      adapter.reconcile(account, { ...reel, prepared, attemptedAt }),
    );
    expect(outcome).toMatchObject({ kind });
  });

  test('that would be one too many for a day waits', async () => {
    const { outcome } = await against([graphError(613)], (adapter) => adapter.publish(account, { ...reel, prepared }));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'rate_limited' } });
  });
});

describe('Facebook: one reel', () => {
  let sandbox: Sandbox;
  let page: Account;
  beforeAll(async () => {
    sandbox = await startFacebook();
    page = keptAccount(await connectFacebook(sandbox.url)).account;
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => sandboxControl(sandbox.url).clear());

  const adapter = () => facebookAdapter(callsTo(sandbox.url));
  const publisher = () => {
    const media = [{ url: `${sandbox.url}${samplePaths.video}`, type: 'video/mp4' as const }];
    return publisherOf(adapter(), { account: page, text: 'A reel', media, overrides });
  };
  const expectOnePost = async (outcome: unknown) => {
    expect(outcome).toMatchObject({ kind: 'accepted', url: expect.stringMatching(/\/reel\/\d+\/$/) });
    const { items } = Posts.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).json());
    expect(items).toMatchObject([{ text: 'A reel', title: 'A title', media: [{ type: 'video/mp4' }] }]);
  };

  const steps = ['prepare', 'checkReady', 'publish'] as const;
  test.each(steps.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]))(
    'when the publisher dies in %s: %s',
    async (step, moment) => {
      const one = await publisher();
      await one.crashIn(step, moment);
      await expectOnePost(await one.settle());
    },
  );

  test.each(['drop_before', 'drop_after', 'malformed', 'error'] as const)('after an upload: %s', async (kind) => {
    await sandboxControl(sandbox.url).fail({ operation: `POST /video-upload/${version}/:id`, kind });
    await expectOnePost(await (await publisher()).settle());
  });

  test.each(['drop_before', 'drop_after', 'malformed', 'error'] as const)('after its publication: %s', async (kind) => {
    const one = await publisher();
    await one.crashIn('publish', 'before');
    await sandboxControl(sandbox.url).fail({ operation: `POST /${version}/:page/video_reels`, kind });
    await expectOnePost(await one.settle());
  });

  test.each([
    ['/nothing.mp4', 'a file that is not there'],
    [samplePaths.picture, 'a file that is no video'],
  ])('is refused with %s: %s', async (path) => {
    const media = [{ url: `${sandbox.url}${path}`, type: 'video/mp4' }] as const;
    expect(await adapter().prepare(page, { ...reel, media })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected' },
    });
  });
});
