import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Account } from '../../../functions/platforms/adapter.ts';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { graphApi, openSecret } from '../../../functions/platforms/facebook/api.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startFacebook } from '../../../local/platforms/facebook/start-facebook.ts';
import { samplePaths, samplePicture, sampleVideo } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, callsTo, connectFacebook, keptAccount, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { publishOnce } from '../suite/adapter-case.ts';

const { version } = publicApis.facebook;
const account = {
  server: publicApis.facebook.web,
  accountId: '1001',
  accountName: 'A page',
  secret: JSON.stringify({ pageToken: 'EAApage', userId: '7' }),
  renewSecret: neverRenewed,
};
const publication = { text: 'Hello', handle: 'h' };
const photo = { url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg', altText: 'Ada' } as const;
const video = { url: 'https://cdn.example.com/a.mp4', type: 'video/mp4' } as const;
const attemptedAt = new Date('2030-01-01T12:00:00Z');

type Act<Outcome> = (adapter: ReturnType<typeof facebookAdapter>) => Promise<Outcome>;

/** What comes of calls to a server that answers as told; the last answer repeats. `sent` is without the signature. */
async function against<Outcome>(answers: readonly Answer[], act: Act<Outcome>) {
  const left = [...answers];
  const server = await scriptedServer(() => (left.length > 1 ? left.shift() : left[0]) ?? {});
  const outcome = await act(facebookAdapter(callsTo(server.url)));
  await server.stop();
  const sent = server.requests.map(({ method, path, body }) => {
    const url = new URL(path, server.url);
    const given = Object.fromEntries(method === 'GET' ? url.searchParams : new URLSearchParams(body));
    const { access_token: _, appsecret_proof: __, ...fields } = given;
    return { call: `${method} ${url.pathname.replace(`/${version}`, '')}`, fields };
  });
  return { outcome, sent, url: server.url };
}

const graphError = (code: number, subcode?: number, status = 400): Answer => ({
  status,
  body: { error: { message: 'No', type: 'OAuthException', code, error_subcode: subcode, fbtrace_id: 'A1' } },
});

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
    ])('is proven only by being listed: %j', async (data, kind) => {
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

test('Facebook: a link that is wished for is shown in place of the first one', async () => {
  const overrides = { facebook: { link: 'https://example.com/b' } };
  const { sent } = await against([{ body: { id: '1001_1' } }], (adapter) =>
    adapter.publish(account, { ...publication, text: 'See https://example.com/a', overrides }),
  );
  expect(sent[0]?.fields.link).toBe('https://example.com/b');
});

describe('Facebook: the sandbox', () => {
  let sandbox: Sandbox;
  let page: Account;
  beforeAll(async () => {
    sandbox = await startFacebook();
    page = keptAccount(await connectFacebook(sandbox.url)).account;
  });
  afterAll(() => sandbox.stop());

  const Posts = z.object({ items: z.array(z.looseObject({ media: z.array(z.looseObject({ url: z.url() })) })) });
  const adapter = () => facebookAdapter(callsTo(sandbox.url));
  const at = (path: string) => `${sandbox.url}${path}`;
  const posts = async () => Posts.parse(await (await fetch(at('/sandbox/posts'))).json()).items;

  test('shows what was published with its own copies of the files', async () => {
    const photos = [{ url: at(samplePaths.picture), type: 'image/jpeg', altText: 'A dot' }] as const;
    const videos = [{ url: at(samplePaths.video), type: 'video/mp4' }] as const;
    const overrides = { facebook: { title: 'Dots' } };
    await publishOnce(adapter(), page, { ...publication, media: [...photos] });
    await publishOnce(adapter(), page, { ...publication, media: [...videos], overrides });
    const items = await posts();
    expect(items).toMatchObject([
      { text: 'Hello', title: 'Dots', media: [{ type: 'video/mp4', bytes: sampleVideo().length }] },
      { text: 'Hello', media: [{ type: 'image/jpeg', bytes: samplePicture.length, altText: 'A dot' }] },
    ]);
    const copy = await fetch(items[1]?.media[0]?.url ?? '');
    expect(new Uint8Array(await copy.arrayBuffer())).toEqual(samplePicture);
  });

  test.each([
    ['a photo that is not there', { url: '/nothing.jpg', type: 'image/jpeg' }, '324'],
    ['a file that is no photo', { url: samplePaths.video, type: 'image/jpeg' }, '324'],
    ['a video that is not there', { url: '/nothing.mp4', type: 'video/mp4' }, '389/1363057'],
    ['a file that is no video', { url: samplePaths.picture, type: 'video/mp4' }, '352'],
  ] as const)('refuses %s', async (_, { url, type }, platformCode) => {
    const { outcome } = await publishOnce(adapter(), page, { ...publication, media: [{ url: at(url), type }] });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected', platformCode } });
  });

  test('refuses photos that were posted, which are then found', async () => {
    const media = [{ url: at(samplePaths.picture), type: 'image/jpeg' }] as const;
    const post = { ...publication, text: 'Only once', media: [...media] };
    const { outcome: first, publication: complete } = await publishOnce(adapter(), page, post);
    const second = await adapter().publish(page, complete);
    expect(second).toEqual(first);
    expect((await posts()).filter(({ text }) => text === 'Only once')).toHaveLength(1);
  });

  test('publishes a video once', async () => {
    const media = [{ url: at(samplePaths.video), type: 'video/mp4' }] as const;
    const { outcome: first, publication: complete } = await publishOnce(adapter(), page, {
      ...publication,
      text: 'One video',
      media: [...media],
    });
    expect(await adapter().publish(page, complete)).toEqual(first);
    expect((await posts()).filter(({ text }) => text === 'One video')).toHaveLength(1);
  });

  test('processes a video before it can be published', async () => {
    const slow = await startFacebook({ processingMs: 60_000 });
    const other = keptAccount(await connectFacebook(slow.url)).account;
    const by = facebookAdapter(callsTo(slow.url));
    const media = [{ url: at(samplePaths.video), type: 'video/mp4' }] as const;
    const made = await by.prepare(other, { ...publication, media });
    const complete = { ...publication, media, prepared: made.kind === 'ready' ? made.handle : undefined };
    expect(await by.checkReady(other, complete)).toMatchObject({ kind: 'wait' });
    expect(await by.publish(other, complete)).toMatchObject({ kind: 'refused', refusal: { platformCode: '100' } });
    await slow.stop();
  });

  test.each([
    ['feed', { message: 'x', place: '1' }],
    ['feed', { message: 'x', 'attached_media[0]': '{"media_fbid":"1"}' }],
    ['feed', { message: 'x', 'attached_media[0]': 'photo' }],
    ['photos', { url: 'https://example.com/a.jpg' }],
    ['videos', { file_url: 'https://example.com/a.mp4' }],
    ['videos', { file_url: 'https://example.com/a.mp4', published: 'false', upload_phase: 'start' }],
  ])('refuses on %s: %o', async (edge, fields) => {
    const { pageToken: accessToken } = openSecret(page);
    const api = graphApi(callsTo(sandbox.url), { accessToken, clientSecret: sandboxApp.clientSecret });
    const answer = await calls.http(api.post(`me/${edge}`, fields as Record<string, string>));
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 100 } });
  });
});
