import { describe, expect, test } from 'vitest';
import type { Publication } from '../../../functions/platforms/adapter.ts';
import { tiktokAccess } from '../../../functions/platforms/tiktok/access.ts';
import { tiktokAdapter } from '../../../functions/platforms/tiktok/adapter.ts';
import type { TiktokOptions } from '../../../functions/platforms/tiktok/options.ts';
import { callsTo, keptAccount } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';

const account = () =>
  keptAccount({
    server: 'https://www.tiktok.com',
    accountId: '-0001',
    accountName: '@ada',
    secret: JSON.stringify({ accessToken: 'act.1', scopes: ['video.publish'] }),
  }).account;
const attemptedAt = new Date('2030-01-01T12:00:00Z');
const noon = new Date('2030-01-01T12:00:00Z');
const size = 1000;

// https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info
const creator = (changes: object = {}) =>
  ok({
    creator_avatar_url: 'https://p.tiktokcdn.com/a.webp',
    creator_username: 'ada',
    creator_nickname: 'Ada',
    privacy_level_options: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
    ...{ comment_disabled: false, duet_disabled: false, stitch_disabled: false, max_video_post_duration_sec: 300 },
    ...changes,
  });
const ok = (data: object): Answer => ({ body: { data, error: { code: 'ok', message: '', log_id: '2026' } } });
/** https://developers.tiktok.com/doc/tiktok-api-v2-error-handling */
const problem = (status: number, code: string, message = 'No'): Answer => ({
  status,
  body: { data: {}, error: { code, message, log_id: '2026' } },
});

type Script = Record<string, Answer>;
const paths = {
  creator: '/v2/post/publish/creator_info/query/',
  video: '/v2/post/publish/video/init/',
  photos: '/v2/post/publish/content/init/',
  status: '/v2/post/publish/status/fetch/',
  list: '/v2/video/list/',
  query: '/v2/video/query/',
};

type Act<Outcome> = (adapter: ReturnType<typeof tiktokAdapter>, publication: Publication) => Promise<Outcome>;

async function against<Outcome>(script: Script, act: Act<Outcome>, changes: Partial<Publication> = {}) {
  const waits: number[] = [];
  const server = await scriptedServer(({ path, headers }) => {
    if (path === '/v.mp4' && headers.range === 'bytes=0-0')
      return { status: 206, headers: { 'content-range': `bytes 0-0/${size}`, 'content-length': '1' }, body: 'v' };
    if (path === '/v.mp4') return { body: 'v'.repeat(size) };
    return script[path.split('?')[0] ?? ''] ?? { status: 404 };
  });
  const uploadUrl = `${server.url}/upload`;
  const prepared = {
    publishId: 'v_pub_file~v2.1',
    uploadUrl,
    expiresAt: '2030-01-01T13:00:00.000Z',
    size,
    chunk: size,
  };
  const publication: Publication = {
    text: 'Hello',
    handle: 'h',
    media: [{ url: `${server.url}/v.mp4`, type: 'video/mp4' }],
    overrides: { tiktok: { privacy: 'public' } },
    prepared: JSON.stringify({ ...prepared, sent: 0, username: 'ada' }),
    ...changes,
  };
  const adapter = tiktokAdapter({ ...callsTo(server.url), now: () => noon }, async (ms) => void waits.push(ms));
  const outcome = await act(adapter, publication);
  await server.stop();
  return { outcome, requests: server.requests.filter(({ path }) => path !== '/v.mp4'), waits, url: server.url };
}
const bodyOf = (request: Received | undefined) => JSON.parse(request?.body ?? '{}');

describe('TikTok: preparing a video', () => {
  const begun = ok({
    publish_id: 'v_pub_file~v2.123456789',
    upload_url: 'https://upload.us.tiktokapis.com/video/?upload_id=1&upload_token=x',
  });
  const prepare = (tiktok: TiktokOptions, asked: Answer = creator(), init: Answer = begun) =>
    against(
      { [paths.creator]: asked, [paths.video]: init },
      (adapter, publication) => adapter.prepare(account(), publication),
      { overrides: { tiktok } },
    );

  // https://developers.tiktok.com/doc/content-posting-api-reference-direct-post
  test('asks what the creator allows, and says how the video will come', async () => {
    const { outcome, requests } = await prepare({ privacy: 'public' });
    expect(requests.map(({ path }) => path)).toEqual([paths.creator, paths.video]);
    expect(bodyOf(requests[1])).toEqual({
      post_info: {
        title: 'Hello',
        privacy_level: 'PUBLIC_TO_EVERYONE',
        ...{ disable_comment: true, disable_duet: true, disable_stitch: true },
        ...{ brand_content_toggle: false, brand_organic_toggle: false, is_aigc: false },
      },
      source_info: { source: 'FILE_UPLOAD', video_size: size, chunk_size: size, total_chunk_count: 1 },
    });
    expect(outcome.kind === 'ready' && JSON.parse(outcome.handle ?? '')).toEqual({
      publishId: 'v_pub_file~v2.123456789',
      uploadUrl: 'https://upload.us.tiktokapis.com/video/?upload_id=1&upload_token=x',
      expiresAt: '2030-01-01T12:58:00.000Z',
      ...{ size, chunk: size, sent: 0, username: 'ada' },
    });
  });

  test('has what the post wishes, as far as the creator has it on', async () => {
    const wishes = { allowComments: true, allowDuets: true, allowStitches: true, ownBrand: true, aiGenerated: true };
    const asked = creator({ duet_disabled: true });
    const { requests } = await prepare(
      { ...wishes, privacy: 'friends', paidPartnership: true, coverAtMs: 1500 },
      asked,
    );
    expect(bodyOf(requests[1])).toMatchObject({
      post_info: {
        privacy_level: 'MUTUAL_FOLLOW_FRIENDS',
        ...{ disable_comment: false, disable_duet: true, disable_stitch: false },
        ...{ brand_content_toggle: true, brand_organic_toggle: true, is_aigc: true, video_cover_timestamp_ms: 1500 },
      },
    });
  });

  test('chooses no privacy for the user, but for the only one', async () => {
    const open = await prepare({});
    expect(open.requests).toHaveLength(1);
    expect(open.outcome).toMatchObject({
      kind: 'refused',
      refusal: {
        kind: 'content_rejected',
        platformCode: 'privacy_level_required',
        message: expect.stringContaining('public, friends, private'),
      },
    });
    const { requests } = await prepare({}, creator({ privacy_level_options: ['SELF_ONLY'] }));
    expect(bodyOf(requests[1])).toMatchObject({ post_info: { privacy_level: 'SELF_ONLY' } });
  });

  test('takes no privacy that the creator does not allow', async () => {
    const { outcome, requests } = await prepare(
      { privacy: 'public' },
      creator({ privacy_level_options: ['SELF_ONLY'] }),
    );
    expect(outcome).toMatchObject({
      refusal: {
        kind: 'content_rejected',
        platformCode: 'privacy_level_option_mismatch',
        message: expect.stringContaining('private'),
      },
    });
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['no file', { media: [] }],
    ['a PNG', { media: [{ url: 'https://cdn.example.com/a.png', type: 'image/png' }] }],
  ] as const)('asks nothing for %s', async (_, changes) => {
    const { outcome, requests } = await against({}, (adapter, publication) =>
      adapter.prepare(account(), { ...publication, ...changes }),
    );
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'media_refused' },
    });
    expect(requests).toEqual([]);
  });

  // Codes of creator_info and init; the first come with status 200
  test.each([
    [200, 'spam_risk_too_many_posts', 'rate_limited'],
    [200, 'spam_risk_user_banned_from_posting', 'account_restricted'],
    [200, 'reached_active_user_cap', 'rate_limited'],
    [403, 'spam_risk_too_many_pending_share', 'rate_limited'],
    [403, 'unaudited_client_can_only_post_to_private_accounts', 'account_restricted'],
    [403, 'privacy_level_option_mismatch', 'content_rejected'],
    [403, 'spam_risk_text', 'account_restricted'],
    [400, 'invalid_params', 'content_rejected'],
    [401, 'access_token_invalid', 'reconnect'],
    [401, 'scope_not_authorized', 'reconnect'],
    [429, 'rate_limit_exceeded', 'rate_limited'],
    [500, 'internal_error', 'retry_later'],
  ])('understands %i %s as %s', async (status, code, kind) => {
    for (const [asked, init] of [[problem(status, code)], [creator(), problem(status, code)]] as const) {
      const { outcome } = await prepare({ privacy: 'public' }, asked, init);
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode: code, message: 'No' } });
    }
  });

  test.each([ok({}), ok({ publish_id: '1', upload_url: 'nowhere' }), { body: '<html>' }])(
    'makes nothing of a success with %j',
    async (init) => {
      const { outcome } = await prepare({ privacy: 'public' }, creator(), init);
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    },
  );
});

// https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
const status = (state: string, more: object = {}): Answer => ok({ status: state, ...more });
/** As TikTok writes it: a number that JavaScript would round. */
const publicPost: Answer = {
  body: '{"data":{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7412345678901234567],"uploaded_bytes":1000},"error":{"code":"ok","message":"","log_id":"2026"}}',
};

describe('TikTok: the last chunk', () => {
  const publishTo = (answer: Answer, found: Answer, changes: Partial<Publication> = {}) =>
    against(
      { '/upload': answer, [paths.status]: found },
      (adapter, publication) => adapter.publish(account(), publication),
      changes,
    );

  test('makes a post that has its address once TikTok has looked at it', async () => {
    const { outcome, requests, url } = await publishTo({ status: 201 }, publicPost);
    expect(outcome).toEqual({
      kind: 'accepted',
      platformPostId: '7412345678901234567',
      url: `${url}/@ada/video/7412345678901234567`,
    });
    expect(requests[0]).toMatchObject({
      method: 'PUT',
      headers: { 'content-type': 'video/mp4', 'content-length': '1000', 'content-range': 'bytes 0-999/1000' },
    });
    expect(bodyOf(requests[1])).toEqual({ publish_id: 'v_pub_file~v2.1' });
  });

  test.each([[{}], [{ publicaly_available_post_id: [] }]])(
    'makes a post that is known by the id of its publishing until then, or for good: %j',
    async (more) => {
      const { outcome, url } = await publishTo({ status: 201 }, status('PUBLISH_COMPLETE', more));
      expect(outcome).toEqual({ kind: 'accepted', platformPostId: 'v_pub_file~v2.1', url: `${url}/@ada` });
    },
  );

  test('is waited for a little, then looked for again', async () => {
    const { outcome, waits } = await publishTo({ status: 201 }, status('PROCESSING_UPLOAD', { uploaded_bytes: size }));
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(waits).toHaveLength(3);
  });

  test.each([
    ['internal', 'retry_later'],
    ['file_format_check_failed', 'content_rejected'],
    ['duration_check_failed', 'content_rejected'],
    ['spam_risk', 'account_restricted'],
    ['spam_risk_too_many_posts', 'rate_limited'],
    ['auth_removed', 'reconnect'],
    ['publish_cancelled', 'content_rejected'],
  ])('of what fails by %s is %s', async (fail_reason, kind) => {
    const { outcome } = await publishTo({ status: 201 }, status('FAILED', { fail_reason }));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode: fail_reason } });
  });

  test('leaves it open when TikTok does not tell', async () => {
    expect((await publishTo({ status: 201 }, problem(500, 'internal_error'))).outcome).toMatchObject({
      kind: 'unknown',
    });
    expect((await publishTo({ status: 500 }, publicPost)).outcome).toMatchObject({ kind: 'unknown' });
  });

  // https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide: ended, unknown, other bytes
  test.each([400, 403, 404, 416])('that is refused with %i may be there already', async (code) => {
    expect((await publishTo({ status: code }, publicPost)).outcome).toMatchObject({ kind: 'accepted' });
    const waiting = status('PROCESSING_UPLOAD', { uploaded_bytes: 0 });
    expect((await publishTo({ status: code }, waiting)).outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'retry_later' },
    });
    expect((await publishTo({ status: code }, waiting, { attemptedAt })).outcome).toMatchObject({ kind: 'unknown' });
  });
});

describe('TikTok: pictures', () => {
  const media = [
    { url: 'https://cdn.example.com/1.jpg', type: 'image/jpeg' },
    { url: 'https://cdn.example.com/2.webp', type: 'image/webp' },
  ] as const;
  const prepared = JSON.stringify({ privacy: 'SELF_ONLY', disableComment: true, username: 'ada' });
  const publishTo = (init: Answer, found: Answer, tiktok: TiktokOptions = {}) =>
    against(
      { [paths.photos]: init, [paths.status]: found },
      (adapter, publication) => adapter.publish(account(), publication),
      { media, prepared, overrides: { tiktok } },
    );
  const begun = ok({ publish_id: 'p_pub_url~v2.1' });

  test('are prepared by asking what the creator allows, without any upload', async () => {
    const { outcome, requests } = await against(
      { [paths.creator]: creator({ privacy_level_options: ['SELF_ONLY'] }) },
      async (adapter, publication) => {
        const made = await adapter.prepare(account(), publication);
        const handle = made.kind === 'ready' ? made.handle : undefined;
        return { made, uploaded: await adapter.upload(account(), { ...publication, prepared: handle }) };
      },
      { media, overrides: {} },
    );
    expect(outcome).toEqual({
      made: { kind: 'ready', handle: prepared },
      uploaded: { kind: 'ready' },
    });
    expect(requests).toHaveLength(1);
  });

  // https://developers.tiktok.com/doc/content-posting-api-reference-photo-post
  test('are posted by one call', async () => {
    const wishes = { title: 'Title', autoAddMusic: true, coverIndex: 1, ownBrand: true };
    const { outcome, requests, url } = await publishTo(begun, status('PUBLISH_COMPLETE'), wishes);
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: 'p_pub_url~v2.1', url: `${url}/@ada` });
    expect(bodyOf(requests[0])).toEqual({
      media_type: 'PHOTO',
      post_mode: 'DIRECT_POST',
      post_info: {
        ...{ title: 'Title', description: 'Hello', privacy_level: 'SELF_ONLY', disable_comment: true },
        ...{ auto_add_music: true, brand_content_toggle: false, brand_organic_toggle: true },
      },
      source_info: { source: 'PULL_FROM_URL', photo_images: media.map((one) => one.url), photo_cover_index: 1 },
    });
  });

  test('that are public have an address of their own', async () => {
    const { outcome, url } = await publishTo(begun, publicPost);
    expect(outcome).toMatchObject({ url: `${url}/@ada/photo/7412345678901234567` });
  });

  test('that TikTok is still fetching are not out yet, and known by the id that only this answer has', async () => {
    const { outcome } = await publishTo(begun, status('PROCESSING_DOWNLOAD'));
    expect(outcome).toMatchObject({ kind: 'unknown', handle: expect.stringContaining('p_pub_url~v2.1') });
  });

  test.each([
    ['complete', publicPost, 'published'],
    ['failed', status('FAILED', { fail_reason: 'picture_size_check_failed' }), 'refused'],
    ['being fetched', status('PROCESSING_DOWNLOAD'), 'unknown'],
  ])('are asked for by that id later: %s', async (_, found, kind) => {
    const known = JSON.stringify({ ...JSON.parse(prepared), publishId: 'p_pub_url~v2.1' });
    const { outcome } = await against(
      { [paths.status]: found, [paths.list]: ok({ videos: [] }) },
      (adapter, publication) => adapter.reconcile(account(), { ...publication, attemptedAt }),
      { media, prepared: known },
    );
    expect(outcome).toMatchObject({ kind });
  });

  test('that it cannot fetch are refused', async () => {
    expect((await publishTo(begun, status('FAILED', { fail_reason: 'photo_pull_failed' }))).outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'retry_later', platformCode: 'photo_pull_failed' },
    });
    expect((await publishTo(problem(403, 'url_ownership_unverified'), publicPost)).outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'url_ownership_unverified' },
    });
  });

  test.each([ok({}), { body: '{' }, problem(500, 'internal_error'), 'drop'] as const)(
    'are in doubt after %j',
    async (init) => {
      expect((await publishTo(init, publicPost)).outcome).toMatchObject({ kind: 'unknown' });
    },
  );

  test('are guarded less than a video', () => {
    const adapter = tiktokAdapter(callsTo('http://127.0.0.1:9'));
    expect(adapter.retryClassOf({ text: 'Hello', handle: 'h', media })).toBe('unprovable');
    expect(
      adapter.retryClassOf({ text: 'Hello', handle: 'h', media: [{ url: 'https://a.example', type: 'video/mp4' }] }),
    ).toBe('provable');
  });

  // https://developers.tiktok.com/doc/tiktok-api-v2-video-list
  test.each([
    ['found among the public posts', { video_description: 'Hello', create_time: 1_893_499_201 }, 'published'],
    ['not taken for an older one', { video_description: 'Hello', create_time: 1_893_490_000 }, 'unknown'],
    ['never proved absent', { video_description: 'Other', create_time: 1_893_499_201 }, 'unknown'],
  ])('whose answer was lost are %s', async (_, changes, kind) => {
    const videos = [{ id: '7412345678901234567', title: '', ...changes }];
    const { outcome } = await against(
      { [paths.list]: ok({ videos, cursor: 1, has_more: false }) },
      (adapter, publication) => adapter.reconcile(account(), { ...publication, attemptedAt }),
      { media, prepared },
    );
    expect(outcome).toMatchObject({ kind });
  });
});

describe('TikTok: reconciling a video', () => {
  const reconcile = (found: Answer, listed: Answer = ok({ videos: [] })) =>
    against({ [paths.status]: found, [paths.list]: listed }, (adapter, publication) =>
      adapter.reconcile(account(), { ...publication, attemptedAt }),
    );

  test.each([
    ['complete', publicPost, 'published'],
    ['complete, and private', status('PUBLISH_COMPLETE'), 'published'],
    ['failed', status('FAILED', { fail_reason: 'internal' }), 'refused'],
    ['without all its bytes', status('PROCESSING_UPLOAD', { uploaded_bytes: 999 }), 'absent'],
    ['with all its bytes', status('PROCESSING_UPLOAD', { uploaded_bytes: 1000 }), 'unknown'],
    ['with nobody knows which bytes', status('PROCESSING_UPLOAD'), 'unknown'],
    ['in a state that we do not know', status('PROCESSING_SOMETHING'), 'unknown'],
    ['not to be asked for now', problem(429, 'rate_limit_exceeded'), 'unknown'],
    ['not known any more', problem(400, 'invalid_publish_id'), 'unknown'],
  ])('a publishing that is %s', async (_, found, kind) => {
    expect((await reconcile(found)).outcome).toMatchObject({ kind });
  });

  test('one that is not known any more may be listed', async () => {
    const videos = [{ id: '7412345678901234567', title: 'Hello', create_time: 1_893_499_201 }];
    const { outcome } = await reconcile(problem(400, 'invalid_publish_id'), ok({ videos }));
    expect(outcome).toMatchObject({ kind: 'published', platformPostId: '7412345678901234567' });
  });
});

describe('TikTok: what a creator allows', () => {
  async function told(answer: Answer) {
    const server = await scriptedServer(() => answer);
    const found = await tiktokAccess(callsTo(server.url))
      .publishOptions(account())
      .finally(() => server.stop());
    return found.tiktok;
  }

  test('is told as far as TikTok says it, and posts can name it', async () => {
    expect(await told(creator({ privacy_level_options: ['SELF_ONLY', 'NEW_LEVEL'], duet_disabled: true }))).toEqual({
      ...{ name: 'Ada', username: 'ada', avatarUrl: 'https://p.tiktokcdn.com/a.webp' },
      privacyLevels: ['private'],
      ...{ commentsDisabled: false, duetsDisabled: true, stitchesDisabled: false, maxVideoSeconds: 300 },
    });
    const sparse = { creator_nickname: '', creator_avatar_url: '', max_video_post_duration_sec: undefined };
    const known = { name: 'ada', avatarUrl: null, maxVideoSeconds: null };
    expect(await told(creator(sparse))).toMatchObject(known);
  });

  test.each([
    [200, 'spam_risk_too_many_posts', 'rate_limited'],
    [200, 'reached_active_user_cap', 'rate_limited'],
    [200, 'spam_risk_user_banned_from_posting', 'account_restricted'],
    [429, 'rate_limit_exceeded', 'retry_later'],
    [401, 'scope_not_authorized', 'reconnect'],
    [500, 'internal_error', 'retry_later'],
  ])('is not told: %i %s', async (status, code, kind) => {
    await expect(told(problem(status, code))).rejects.toMatchObject({ refusal: { kind, platformCode: code } });
  });
});

describe('TikTok: figures', () => {
  const read = (script: Script, ids: string[]) => against(script, (adapter) => adapter.readMetrics(account(), ids));

  // https://developers.tiktok.com/doc/tiktok-api-v2-video-query
  test('of a post without an id of its own are asked for by the one it has now', async () => {
    const videos = [{ id: '7412345678901234567', like_count: 3, comment_count: 1, share_count: 2, view_count: 9 }];
    const { outcome, requests } = await read({ [paths.status]: publicPost, [paths.query]: ok({ videos }) }, [
      'v_pub~1',
    ]);
    expect([...outcome]).toEqual([['v_pub~1', { likes: 3, reposts: 2, replies: 1 }]]);
    expect(bodyOf(requests[1])).toEqual({ filters: { video_ids: ['7412345678901234567'] } });
  });

  test('of a post that nobody else sees are not available', async () => {
    const { outcome } = await read({ [paths.status]: status('PUBLISH_COMPLETE') }, ['v_pub~1']);
    expect([...outcome]).toEqual([['v_pub~1', { likes: null, reposts: null, replies: null }]]);
  });

  test.each([status('FAILED', { fail_reason: 'internal' }), problem(400, 'invalid_publish_id')])(
    'of a post that is not there are missing: %j',
    async (found) => {
      expect((await read({ [paths.status]: found }, ['v_pub~1'])).outcome.size).toBe(0);
    },
  );

  test('are read twenty posts a call', async () => {
    const ids = Array.from({ length: 21 }, (_, place) => String(7_000 + place));
    const { requests } = await read({ [paths.query]: ok({ videos: [] }) }, ids);
    expect(requests.map((request) => bodyOf(request).filters.video_ids.length)).toEqual([20, 1]);
  });
});
