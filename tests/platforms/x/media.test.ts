import { describe, expect, test } from 'vitest';
import type { Publication } from '../../../functions/platforms/adapter.ts';
import type { Media } from '../../../functions/platforms/contract.ts';
import { xAccess } from '../../../functions/platforms/x/access.ts';
import { xAdapter } from '../../../functions/platforms/x/adapter.ts';
import { xAuth } from '../../../functions/platforms/x/auth.ts';
import { samplePaths, samplePicture, sampleVideo } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import { startX } from '../../../local/platforms/x/start-x.ts';
import { fileServer } from '../../support/file-server.ts';
import { callsTo, connectByConsent, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';
import { type AdapterCase, adapterSuite } from '../adapter-suite.ts';
import { publishOnce } from '../suite/adapter-case.ts';

const megabyte = 1024 * 1024;
let sandboxUrl = '';

const usual = {
  start: async () => {
    const sandbox = await startX({ processingMs: 0 });
    sandboxUrl = sandbox.url;
    return sandbox;
  },
  connect: (server) => connectByConsent(xAuth(callsTo(server)), { server, redirectUri, ...sandboxApp }),
  adapterOver: xAdapter,
  accessOver: xAccess,
  expired: 'renewed',
  tellsRetry: 'seconds',
  urlPattern: /\/alice\/status\/\d+$/,
} satisfies Partial<AdapterCase>;
const operations = {
  prepare: 'POST /2/media/upload/initialize',
  publish: 'POST /2/tweets',
  list: 'GET /2/users/:id/tweets',
  metrics: 'GET /2/tweets',
  revoke: 'POST /2/oauth2/revoke',
};

adapterSuite('X, with a picture', {
  ...usual,
  content: () => ({ media: [{ url: `${sandboxUrl}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A pixel' }] }),
  operations: { ...operations, upload: 'POST /2/media/upload/:id/append' },
});

adapterSuite('X, with a video', {
  ...usual,
  content: () => ({ media: [{ url: `${sandboxUrl}${samplePaths.video}`, type: 'video/mp4' }] }),
  operations: {
    ...operations,
    upload: 'POST /2/media/upload/:id/finalize',
    checkReady: 'GET /2/media/upload',
  },
});

test('X: a video of several pieces arrives as it was', async () => {
  const sandbox = await startX({ processingMs: 0 });
  const bytes = sampleVideo(9 * megabyte);
  const files = await fileServer({ '/video.mp4': { type: 'video/mp4', bytes } });
  const { account } = keptAccount(await usual.connect(sandbox.url));
  const media: Media[] = [{ url: `${files.url}/video.mp4`, type: 'video/mp4' }];
  const wanted = { text: 'Hello', handle: 'h', media };
  const { outcome } = await publishOnce(xAdapter(callsTo(sandbox.url)), account, wanted);
  expect(outcome).toMatchObject({ kind: 'accepted' });
  const { items } = JSON.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).text());
  const shown = await (await fetch(items[0].media[0].url)).arrayBuffer();
  expect(Buffer.from(shown).equals(bytes)).toBe(true);
  await Promise.all([sandbox.stop(), files.stop()]);
});

test.each([
  ['POST /2/media/metadata', 'drop_before'],
  ['POST /2/media/metadata', 'error'],
  ['POST /2/media/upload/:id/finalize', 'drop_after'],
] as const)('X: an upload that broke off at %s (%s) is found whole by the next run', async (operation, kind) => {
  const sandbox = await startX();
  const adapter = xAdapter(callsTo(sandbox.url));
  const { account } = keptAccount(await usual.connect(sandbox.url));
  const media: Media[] = [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A pixel' }];
  const post = { text: 'Hello', handle: 'h', media };
  const begun = await adapter.prepare(account, post);
  const prepared = begun.kind === 'ready' ? begun.handle : undefined;
  await sandboxControl(sandbox.url).fail({ operation, kind });
  expect(await adapter.upload(account, { ...post, prepared })).toMatchObject({ kind: 'wait' });
  // As if the run had died before it could keep anything.
  const uploaded = await adapter.upload(account, { ...post, prepared });
  expect(uploaded).toMatchObject({ kind: 'ready', handle: expect.stringContaining('"isProcessed":true') });
  await sandbox.stop();
});

test('X: four pictures are one post, with their alternative texts', async () => {
  const sandbox = await startX();
  const { account } = keptAccount(await usual.connect(sandbox.url));
  const media: Media[] = ['One', 'Two', 'Three', 'Four'].map((altText) => ({
    url: `${sandbox.url}${samplePaths.picture}`,
    type: 'image/jpeg',
    altText,
  }));
  const wanted = { text: 'Hello', handle: 'h', media };
  const { outcome } = await publishOnce(xAdapter(callsTo(sandbox.url)), account, wanted);
  expect(outcome).toMatchObject({ kind: 'accepted' });
  const { items } = JSON.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).text());
  const shown = { type: 'image/jpeg', bytes: samplePicture.length };
  expect(items).toMatchObject([{ text: 'Hello', media: media.map(({ altText }) => ({ ...shown, altText })) }]);
  const picture = await fetch(items[0].media[3].url);
  expect(new Uint8Array(await picture.arrayBuffer())).toEqual(samplePicture);
  await sandbox.stop();
});

const accountOf = (more: object = {}) =>
  keptAccount({
    server: 'https://x.com',
    accountId: '7',
    accountName: '@ada',
    secret: JSON.stringify({ accessToken: 'a1', ...more }),
  }).account;

type Answers = Partial<Record<'initialize' | 'append' | 'finalize' | 'status' | 'metadata' | 'tweets', Answer>>;

/** https://docs.x.com/x-api/media/quickstart/media-upload-chunked, and the pages of the single calls. */
const id = '1880028106020515840';
const usualAnswers = {
  initialize: { body: { data: { id, media_key: `13_${id}`, expires_after_secs: 1295999 } } },
  append: { body: { data: { expires_at: 1893499200 } } },
  finalize: { body: { data: { id, media_key: `3_${id}`, size: 3, expires_after_secs: 86400 } } },
  status: { body: { data: { id, processing_info: { state: 'succeeded', progress_percent: 100 } } } },
  metadata: { body: { data: { id, associated_metadata: { alt_text: { text: 'Ada' } } } } },
  tweets: { status: 201, body: { data: { id: '199', text: 'Hello' } } },
} satisfies Answers;

function stepOf({ method, path }: Received): keyof Answers {
  if (method === 'GET') return 'status';
  const last = path.split('/').at(-1) ?? '';
  return (['initialize', 'append', 'finalize', 'metadata'] as const).find((step) => step === last) ?? 'tweets';
}

type Scene = { type?: Media['type']; size?: number; altText?: string; now?: () => Date } & Answers;

/** A post with one file, and an X that answers each step as it is told. */
async function setup({ type = 'image/jpeg', size = 3, altText, now, ...answers }: Scene = {}) {
  const files = await fileServer({ '/file': { type, bytes: new Uint8Array(size).fill(7) } });
  const x = await scriptedServer((request) => ({ ...usualAnswers, ...answers })[stepOf(request)]);
  const adapter = xAdapter({ ...callsTo(x.url), ...(now && { now }) });
  const media: Media[] = [{ url: `${files.url}/file`, type, ...(altText !== undefined && { altText }) }];
  const publication: Publication = { text: 'Hello', handle: 'h', media };
  const stop = () => Promise.all([files.stop(), x.stop()]);
  return {
    adapter,
    publication,
    requests: x.requests,
    ranges: files.ranges,
    stop,
    steps: () => x.requests.map(stepOf),
  };
}

const jsonOf = ({ body = '' }: Partial<Received> = {}) => JSON.parse(body);
const keptWith = (more: object = {}, size = 3) => JSON.stringify({ files: [{ id, size }], whole: 0, sent: 0, ...more });
const problem = (status: number, detail = 'No'): Answer => ({
  status,
  body: { title: 'No', detail, type: 'about:blank', status },
});

describe('X: uploads begin', () => {
  test.each([
    ['image/jpeg', 'tweet_image'],
    ['image/webp', 'tweet_image'],
    ['image/gif', 'tweet_gif'],
    ['video/mp4', 'tweet_video'],
    ['video/quicktime', 'tweet_video'],
  ] as const)('of %s as %s', async (type, category) => {
    const { adapter, publication, requests, stop } = await setup({ type });
    const prepared = await adapter.prepare(accountOf(), publication);
    expect(prepared).toEqual({ kind: 'ready', handle: keptWith() });
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/2/media/upload/initialize' });
    expect(jsonOf(requests[0])).toEqual({ media_type: type, media_category: category, total_bytes: 3 });
    await stop();
  });

  test('only for what X would take', async () => {
    const large = await setup({ size: 5 * megabyte + 1 });
    const refused = { kind: 'refused', refusal: { kind: 'content_rejected', platformCode: 'media_too_large' } };
    expect(await large.adapter.prepare(accountOf(), large.publication)).toMatchObject(refused);
    const [one] = large.publication.media ?? [];
    const mixed = { ...large.publication, media: one ? [one, { ...one, type: 'image/gif' as const }] : [] };
    expect(await large.adapter.prepare(accountOf(), mixed)).toMatchObject({ refusal: { platformCode: 'media_mixed' } });
    expect(large.requests).toEqual([]);
    await large.stop();
  });

  test('only where the account has agreed to it', async () => {
    const { adapter, publication, requests, stop } = await setup();
    const account = accountOf({ scopes: ['tweet.write'] });
    expect(await adapter.prepare(account, publication)).toMatchObject({ refusal: { kind: 'reconnect' } });
    expect(requests).toEqual([]);
    await stop();
  });

  test('not for posts without files', async () => {
    const { adapter, requests, stop } = await setup();
    const post = { text: 'Hello', handle: 'h', media: [] };
    expect(await adapter.prepare(accountOf(), post)).toEqual({ kind: 'ready' });
    expect(await adapter.upload(accountOf(), post)).toEqual({ kind: 'ready' });
    expect(await adapter.checkReady(accountOf(), post)).toEqual({ kind: 'ready' });
    expect(requests).toEqual([]);
    await stop();
  });

  test.each([
    [{ data: { id: '../1' } }, 'retry_later'],
    ['<html>', 'retry_later'],
  ])('not by %j', async (body, kind) => {
    const { adapter, publication, stop } = await setup({ initialize: { body } });
    expect(await adapter.prepare(accountOf(), publication)).toMatchObject({ kind: 'refused', refusal: { kind } });
    await stop();
  });
});

describe('X: bytes', () => {
  const size = 9 * megabyte;
  const video = { type: 'video/mp4', size } as const;
  const pieces = (requests: readonly Received[]) =>
    requests
      .filter((request) => stepOf(request) === 'append')
      .map(({ body }) => /name="segment_index"\r\n\r\n(\d+)/.exec(body)?.[1]);

  test('come in pieces of four megabytes', async () => {
    const { adapter, publication, requests, ranges, stop, steps } = await setup(video);
    const uploaded = await adapter.upload(accountOf(), { ...publication, prepared: keptWith({}, size) });
    expect(uploaded).toMatchObject({ kind: 'ready', handle: expect.stringContaining('"whole":1') });
    expect(steps()).toEqual(['append', 'append', 'append', 'finalize']);
    expect(pieces(requests)).toEqual(['0', '1', '2']);
    expect(ranges).toEqual(['bytes=0-4194303', 'bytes=4194304-8388607', 'bytes=8388608-9437183']);
    expect(requests[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(requests[0]?.path).toBe(`/2/media/upload/${id}/append`);
    // As reported at https://github.com/trypostit/trypost/pull/202
    expect(requests[3]).toMatchObject({ path: `/2/media/upload/${id}/finalize`, body: '{}' });
    await stop();
  });

  test('go on where an earlier run came to', async () => {
    const { adapter, publication, requests, stop } = await setup(video);
    await adapter.upload(accountOf(), { ...publication, prepared: keptWith({ sent: 8 * megabyte }, size) });
    expect(pieces(requests)).toEqual(['2']);
    await stop();
  });

  test('stop when the run has no more time, and what came is kept', async () => {
    let seconds = 0;
    const now = () => {
      seconds += 10;
      return new Date(Date.UTC(2030, 0, 1, 12, 0, seconds));
    };
    const { adapter, publication, stop, steps } = await setup({ ...video, now });
    const uploaded = await adapter.upload(accountOf(), { ...publication, prepared: keptWith({}, size) });
    expect(uploaded).toEqual({ kind: 'wait', seconds: 1, handle: keptWith({ sent: 8 * megabyte }, size) });
    expect(steps()).toEqual(['append', 'append']);
    await stop();
  });

  test('that came before a passing refusal are kept', async () => {
    const { adapter, publication, stop } = await setup({ ...video, finalize: problem(503) });
    const uploaded = await adapter.upload(accountOf(), { ...publication, prepared: keptWith({}, size) });
    expect(uploaded).toEqual({ kind: 'wait', seconds: 5, handle: keptWith({ sent: size }, size) });
    const again = await adapter.upload(accountOf(), { ...publication, prepared: keptWith({ sent: size }, size) });
    expect(again).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    await stop();
  });

  test('that an earlier run brought whole, without keeping so, are found', async () => {
    const { adapter, publication, stop, steps } = await setup({ ...video, append: problem(400) });
    const uploaded = await adapter.upload(accountOf(), { ...publication, prepared: keptWith({}, size) });
    expect(uploaded).toMatchObject({ kind: 'ready', handle: expect.stringContaining('"isProcessed":false') });
    expect(steps()).toEqual(['append', 'status']);
    await stop();
  });

  test.each([
    [{ append: problem(404), status: problem(404) }, { kind: 'expired' }],
    [{ append: problem(400), status: problem(400) }, { kind: 'expired' }],
    // https://developer.x.com/en/docs/twitter-api/v1/media/upload-media/api-reference/post-media-upload-finalize
    [
      { finalize: problem(400, 'Segments do not add up to provided total file size.'), status: problem(404) },
      { kind: 'expired' },
    ],
    [
      { finalize: problem(400, 'One or more parameters to your request was invalid.'), status: problem(404) },
      { kind: 'refused', refusal: { kind: 'content_rejected' } },
    ],
    [{ append: problem(429) }, { kind: 'refused', refusal: { kind: 'rate_limited' } }],
    [{ append: problem(500) }, { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [{ append: 'drop' as const }, { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [{ append: problem(413) }, { kind: 'refused', refusal: { kind: 'content_rejected' } }],
  ])('that X does not take: %j', async (answers, outcome) => {
    const { adapter, publication, stop } = await setup(answers);
    const uploaded = await adapter.upload(accountOf(), { ...publication, prepared: keptWith({}) });
    expect(uploaded).toMatchObject(outcome);
    await stop();
  });

  test('whose file has gone from where it lay are refused', async () => {
    const { adapter, publication, requests, stop } = await setup();
    const [one] = publication.media ?? [];
    const moved = { ...publication, media: one ? [{ ...one, url: `${one.url}s` }] : [], prepared: keptWith() };
    expect(await adapter.upload(accountOf(), moved)).toMatchObject({ refusal: { platformCode: 'media_unreachable' } });
    expect(requests).toEqual([]);
    await stop();
  });
});

describe('X: alternative texts', () => {
  const describing = async (scene: Scene) => {
    const { adapter, publication, requests, stop } = await setup({ altText: 'Ada', ...scene });
    const uploaded = await adapter.upload(accountOf(), { ...publication, prepared: keptWith() });
    await stop();
    return { uploaded, told: requests.filter((request) => stepOf(request) === 'metadata') };
  };

  test('follow the picture', async () => {
    const { told } = await describing({});
    expect(told).toMatchObject([{ method: 'POST', path: '/2/media/metadata' }]);
    expect(jsonOf(told[0])).toEqual({ id, metadata: { alt_text: { text: 'Ada' } } });
  });

  test.each([
    ['image/png', problem(400), { kind: 'refused' }],
    ['image/gif', problem(400), { kind: 'ready' }],
    ['image/gif', problem(500), { kind: 'wait' }],
  ] as const)('of %s that are not taken: %j', async (type, metadata, outcome) => {
    expect((await describing({ type, metadata })).uploaded).toMatchObject(outcome);
  });

  test('are not for videos', async () => {
    expect((await describing({ type: 'video/mp4' })).told).toEqual([]);
  });
});

describe('X: processing', () => {
  const state = (processing_info?: object): Answer => ({ body: { data: { id, size: 3, processing_info } } });
  const check = async (status: Answer, kept: object = { whole: 1 }) => {
    const { adapter, publication, requests, stop } = await setup({ type: 'video/mp4', status });
    const ready = await adapter.checkReady(accountOf(), { ...publication, prepared: keptWith(kept) });
    await stop();
    return { ready, requests };
  };

  // https://docs.x.com/x-api/media/get-media-upload-status
  test('is asked for by the id', async () => {
    const { requests } = await check(state());
    expect(requests).toMatchObject([{ method: 'GET', path: `/2/media/upload?command=STATUS&media_id=${id}` }]);
  });

  test.each([
    [state({ state: 'pending', check_after_secs: 3 }), { kind: 'wait', seconds: 3 }],
    [state({ state: 'in_progress', progress_percent: 40 }), { kind: 'wait', seconds: 5 }],
    [state({ state: 'succeeded' }), { kind: 'ready' }],
    [state(), { kind: 'ready' }],
    [
      state({ state: 'failed' }),
      { kind: 'refused', refusal: { kind: 'content_rejected', platformCode: 'media_failed' } },
    ],
    [state({ state: 'failed', error: { message: 'InvalidMedia' } }), { refusal: { message: 'InvalidMedia' } }],
    [state({ state: 'lost' }), { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [problem(404), { kind: 'expired' }],
    [problem(401), { kind: 'refused', refusal: { kind: 'reconnect' } }],
    [problem(503), { kind: 'refused', refusal: { kind: 'retry_later' } }],
  ])('is what %j says', async (status, outcome) => {
    expect((await check(status)).ready).toMatchObject(outcome);
  });

  test('is not asked for pictures that are ready, nor for files that X has dropped by now', async () => {
    const ready = await check(problem(500), { whole: 1, files: [{ id, size: 3, isProcessed: true }] });
    expect(ready).toEqual({ ready: { kind: 'ready' }, requests: [] });
    const ended = await check(problem(500), { whole: 1, endsAt: new Date(Date.now() + 30_000).toISOString() });
    expect(ended).toEqual({ ready: { kind: 'expired' }, requests: [] });
  });
});

describe('X: the post', () => {
  test('names its files and what it wishes', async () => {
    const { adapter, publication, requests, stop } = await setup();
    const overrides = { x: { replySettings: 'following', madeWithAi: true } } as const;
    const outcome = await adapter.publish(accountOf(), { ...publication, overrides, prepared: keptWith({ whole: 1 }) });
    expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: '199' });
    // https://docs.x.com/x-api/posts/create-post
    expect(jsonOf(requests[0])).toEqual({
      text: 'Hello',
      media: { media_ids: [id] },
      reply_settings: 'following',
      made_with_ai: true,
    });
    await stop();
  });

  // https://docs.x.com/x-api/media/quickstart/best-practices
  test('with too long a video is refused for that', async () => {
    const tweets = problem(403, 'This user is not allowed to post a video longer than 20 minutes.');
    const { adapter, publication, stop } = await setup({ tweets });
    const outcome = await adapter.publish(accountOf(), { ...publication, prepared: keptWith({ whole: 1 }) });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
    await stop();
  });

  test('is not guarded against a second one', () => {
    const adapter = xAdapter(callsTo('http://127.0.0.1:9'));
    const media: Media[] = [{ url: 'https://example.com/a.jpg', type: 'image/jpeg' }];
    expect(adapter.retryClassOf({ text: 'Hello', handle: 'h', media })).toBe('unprovable');
    expect(adapter.retryClassOf({ text: 'Hello', handle: 'h' })).toBe('duplicate_refused');
  });
});

describe('X: a post with files is known', () => {
  const attemptedAt = new Date('2030-01-01T12:00:00Z');
  const link = { url: 'https://t.co/abc', expanded_url: 'https://x.com/ada/status/200/photo/1' };
  const listed = {
    id: '200',
    text: 'Hello https://t.co/abc',
    created_at: '2030-01-01T12:00:01.000Z',
    entities: { urls: [{ ...link, media_key: '3_5' }] },
    attachments: { media_keys: ['3_5'] },
  };
  const reconcile = async (changes: object, more: Partial<Publication> = {}) => {
    const { adapter, publication, stop } = await setup({ status: { body: { data: [{ ...listed, ...changes }] } } });
    const found = await adapter.reconcile(accountOf(), { ...publication, attemptedAt, ...more });
    await stop();
    return found.kind;
  };

  test.each([
    ['its text, without the link to its files', {}],
    ['its text, where that link has no key', { entities: { urls: [link] } }],
    ['its text, where files are not told', { attachments: undefined }],
    ['the ids of its files', { text: 'Other', attachments: { media_keys: [`13_${id}`] } }],
  ])('by %s', async (_, changes) => {
    expect(await reconcile(changes, { prepared: keptWith({ whole: 1 }) })).toBe('published');
  });

  test.each([
    ['with another number of files', { attachments: { media_keys: ['3_5', '3_6'] } }],
    [
      'whose link is of another post',
      { entities: { urls: [{ ...link, expanded_url: link.expanded_url.replace('200', '1') }] } },
    ],
  ])('not one %s', async (_, changes) => {
    expect(await reconcile(changes)).toBe('absent');
  });

  test('not by the files of a post that has none', async () => {
    expect(await reconcile({}, { media: [] })).toBe('absent');
  });
});
