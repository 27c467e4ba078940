import { describe, expect, test } from 'vitest';
import type { Publication } from '../../../functions/platforms/adapter.ts';
import type { Media } from '../../../functions/platforms/contract.ts';
import { linkedinAccess } from '../../../functions/platforms/linkedin/access.ts';
import { linkedinAdapter } from '../../../functions/platforms/linkedin/adapter.ts';
import { type LinkedinOptions, startLinkedin } from '../../../local/platforms/linkedin/start-linkedin.ts';
import { samplePaths, samplePicture, sampleVideo } from '../../../local/platforms/sample-media.ts';
import { fileServer } from '../../support/file-server.ts';
import { callsTo, connectLinkedin, keptAccount, neverRenewed, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';
import { type AdapterCase, adapterSuite } from '../adapter-suite.ts';
import { publishOnce } from '../suite/adapter-case.ts';

const megabyte = 1024 * 1024;
let sandboxUrl = '';

/** The account of an organization, whose posts may be read. */
const usual = (options: LinkedinOptions = {}) =>
  ({
    start: async () => {
      const sandbox = await startLinkedin({ refreshTokens: true, processingMs: 0, ...options });
      sandboxUrl = sandbox.url;
      return sandbox;
    },
    connect: (server) => connectLinkedin(server, 'bob', 1),
    adapterOver: linkedinAdapter,
    accessOver: linkedinAccess,
    expired: 'renewed',
    tellsRetry: 'never',
    urlPattern: /\/feed\/update\/urn:li:share:\d+$/,
  }) satisfies Partial<AdapterCase>;
const operations = {
  publish: 'POST /rest/posts',
  list: 'GET /rest/posts',
  metrics: 'GET /rest/organizationalEntityShareStatistics',
  revoke: 'POST /oauth/v2/revoke',
};

adapterSuite('LinkedIn, with a picture', {
  ...usual(),
  content: () => ({ media: [{ url: `${sandboxUrl}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A pixel' }] }),
  operations: { ...operations, prepare: 'POST /rest/images', upload: 'PUT /dms-uploads/sp/:id/uploaded-image/0' },
});

adapterSuite('LinkedIn, with a video', {
  ...usual({ uploadsNeedToken: true }),
  content: () => ({ media: [{ url: `${sandboxUrl}${samplePaths.video}`, type: 'video/mp4' }] }),
  operations: {
    ...operations,
    prepare: 'POST /rest/videos',
    upload: 'PUT /dms-uploads/:id/uploadedVideo/:part',
    checkReady: 'GET /rest/videos/:urn',
  },
});

describe('LinkedIn, in its sandbox', () => {
  const pictures = (url: string): Media[] =>
    ['One', 'Two', 'Three'].map((altText) => ({ url: `${url}${samplePaths.picture}`, type: 'image/jpeg', altText }));

  test('several pictures are one post, with their alternative texts', async () => {
    const sandbox = await startLinkedin();
    const { account } = keptAccount(await connectLinkedin(sandbox.url));
    const media = pictures(sandbox.url);
    const overrides = { linkedin: { visibility: 'CONNECTIONS' } } as const;
    const wanted = { text: 'Hello', handle: 'h', media, overrides };
    const { outcome } = await publishOnce(linkedinAdapter(callsTo(sandbox.url)), account, wanted);
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const { items } = JSON.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).text());
    const shown = { type: 'image/jpeg', bytes: samplePicture.length };
    expect(items).toMatchObject([
      { text: 'Hello', visibility: 'CONNECTIONS', media: media.map(({ altText }) => ({ ...shown, altText })) },
    ]);
    const picture = await fetch(items[0].media[2].url);
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(samplePicture);
    await sandbox.stop();
  });

  test('a video of several parts arrives as it was', async () => {
    const sandbox = await startLinkedin({ processingMs: 0 });
    const bytes = sampleVideo(9 * megabyte);
    const files = await fileServer({ '/video.mp4': { type: 'video/mp4', bytes } });
    const { account } = keptAccount(await connectLinkedin(sandbox.url));
    const media: Media[] = [{ url: `${files.url}/video.mp4`, type: 'video/mp4' }];
    const wanted = { text: 'Hello', handle: 'h', media };
    const { outcome } = await publishOnce(linkedinAdapter(callsTo(sandbox.url)), account, wanted);
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const { items } = JSON.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).text());
    const shown = await (await fetch(items[0].media[0].url)).arrayBuffer();
    expect(Buffer.from(shown).equals(bytes)).toBe(true);
    await Promise.all([sandbox.stop(), files.stop()]);
  });

  test.each(['drop_after', 'malformed'] as const)('a video whose end was lost (%s) is found whole', async (kind) => {
    const sandbox = await startLinkedin({ processingMs: 0 });
    const adapter = linkedinAdapter(callsTo(sandbox.url));
    const { account } = keptAccount(await connectLinkedin(sandbox.url));
    const media: Media[] = [{ url: `${sandbox.url}${samplePaths.video}`, type: 'video/mp4' }];
    const begun = await adapter.prepare(account, { text: 'Hello', handle: 'h', media });
    const prepared = begun.kind === 'ready' ? begun.handle : undefined;
    await sandboxControl(sandbox.url).fail({ operation: 'POST /rest/videos', kind });
    const first = await adapter.upload(account, { text: 'Hello', handle: 'h', media, prepared });
    expect(first.kind).toBe(kind === 'malformed' ? 'ready' : 'wait');
    // As if the run had died before it could keep anything.
    const second = await adapter.upload(account, { text: 'Hello', handle: 'h', media, prepared });
    expect(second).toMatchObject({ kind: 'ready', handle: expect.stringContaining('wholeAt') });
    await sandbox.stop();
  });
});

const organization = 'urn:li:organization:10000001';
const account = {
  server: 'https://www.linkedin.com',
  accountId: organization,
  accountName: 'Bob Bikes',
  secret: JSON.stringify({ accessToken: 'AQt', scopes: ['w_organization_social', 'r_organization_social'] }),
  renewSecret: neverRenewed,
};

type Answers = Partial<Record<'initialize' | 'put' | 'finalize' | 'status' | 'posts', Answer>>;

function stepOf({ method, path }: Received): keyof Answers {
  if (method === 'PUT') return 'put';
  if (path.includes('initializeUpload')) return 'initialize';
  if (path.includes('finalizeUpload')) return 'finalize';
  return path.startsWith('/rest/videos/') ? 'status' : 'posts';
}

const image = 'urn:li:image:C4E10AQFn10iWtKexVA';
const video = 'urn:li:video:C5505AQH-oV1qvnFtKA';
const partIds = ['/ambry-video/signedId/AQ1.bin', '/ambry-video/signedId/AQ2.bin'];

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api and /videos-api */
function usualAnswers(url: string, size: number, put: number) {
  const value = {
    video: { video, uploadToken: 'ut', uploadUrlsExpireAt: 1633234498985, uploadInstructions: instructions(url, size) },
    image: { image, uploadUrl: `${url}/dms-uploads/C4E/uploaded-image/0?ut=2H`, uploadUrlExpiresAt: 1650567510704 },
  };
  return {
    initialize: (path: string): Answer => ({ body: { value: path.includes('videos') ? value.video : value.image } }),
    put: { status: 200, headers: { etag: `"${partIds[put] ?? ''}"` }, body: '' },
    finalize: { status: 200, body: '' },
    status: { body: { id: video, status: 'AVAILABLE' } },
    posts: { status: 201, headers: { 'x-restli-id': 'urn:li:share:1' }, body: '' },
  };
}

const part = 4 * megabyte;
const instructions = (url: string, size: number) =>
  Array.from({ length: Math.ceil(size / part) }, (_, place) => ({
    uploadUrl: `${url}/dms-uploads/C55/uploadedVideo/${place}`,
    firstByte: place * part,
    lastByte: Math.min((place + 1) * part, size) - 1,
  }));

type Scene = { type?: Media['type']; size?: number; now?: () => Date } & Answers;

/** A post with one file, and a LinkedIn that answers each step as it is told. */
async function setup({ type = 'image/jpeg', size = 3, now, ...answers }: Scene = {}) {
  const files = await fileServer({ '/file': { type, bytes: new Uint8Array(size).fill(7) } });
  let puts = 0;
  let url = '';
  const linkedin = await scriptedServer((request) => {
    const step = stepOf(request);
    const told = answers[step];
    if (told !== undefined) return told;
    const usual = usualAnswers(url, size, puts);
    if (step === 'put') puts += 1;
    return step === 'initialize' ? usual.initialize(request.path) : usual[step];
  });
  url = linkedin.url;
  const adapter = linkedinAdapter({ ...callsTo(url), ...(now && { now }) });
  const media: Media[] = [{ url: `${files.url}/file`, type, altText: 'Ada' }];
  const publication: Publication = { text: 'Hello', handle: 'h', media };
  const prepared = await preparedBy(adapter, publication, answers.initialize === undefined);
  const stop = () => Promise.all([files.stop(), linkedin.stop()]);
  const { requests } = linkedin;
  return {
    adapter,
    publication,
    prepared,
    requests,
    ranges: files.ranges,
    url,
    stop,
    steps: () => requests.map(stepOf),
  };
}

async function preparedBy(adapter: ReturnType<typeof linkedinAdapter>, publication: Publication, isWanted: boolean) {
  const made = isWanted ? await adapter.prepare(account, publication) : undefined;
  return made?.kind === 'ready' ? made.handle : undefined;
}

const jsonOf = ({ body = '' }: Partial<Received> = {}) => JSON.parse(body);
const error = (status: number, code = 'NO'): Answer => ({ status, body: { status, code, message: 'No' } });
const clip = { type: 'video/mp4', size: 6 * megabyte } as const;

describe('LinkedIn: uploads begin', () => {
  test('of pictures, for the author of the post', async () => {
    const { prepared, requests, url, stop } = await setup();
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/rest/images?action=initializeUpload',
      headers: { authorization: 'Bearer AQt', 'x-restli-protocol-version': '2.0.0' },
    });
    expect(jsonOf(requests[0])).toEqual({ initializeUploadRequest: { owner: organization } });
    const parts = [{ url: `${url}/dms-uploads/C4E/uploaded-image/0?ut=2H`, first: 0, last: 2 }];
    expect(JSON.parse(prepared ?? '')).toEqual([{ urn: image, size: 3, parts, partIds: [], token: '' }]);
    await stop();
  });

  test('of videos, with their size', async () => {
    const { prepared, requests, stop } = await setup(clip);
    expect(requests[0]?.path).toBe('/rest/videos?action=initializeUpload');
    expect(jsonOf(requests[0])).toEqual({
      initializeUploadRequest: {
        owner: organization,
        fileSizeBytes: clip.size,
        uploadCaptions: false,
        uploadThumbnail: false,
      },
    });
    expect(JSON.parse(prepared ?? '')).toMatchObject([
      { urn: video, parts: [{ first: 0 }, { first: part }], token: 'ut' },
    ]);
    await stop();
  });

  test('only for what LinkedIn would take', async () => {
    const { adapter, publication, requests, stop } = await setup({ size: 5 * megabyte + 1 });
    const refused = { kind: 'refused', refusal: { kind: 'content_rejected', platformCode: 'media_too_large' } };
    expect(await adapter.prepare(account, publication)).toMatchObject(refused);
    const overrides = { linkedin: { article: { source: 'https://example.com', title: 'News' } } };
    expect(await adapter.prepare(account, { ...publication, overrides })).toMatchObject({
      refusal: { kind: 'content_rejected', platformCode: 'media_mixed' },
    });
    expect(requests).toEqual([]);
    await stop();
  });

  test.each([
    ['with a gap', { firstByte: 1, lastByte: 2 }],
    ['that end too early', { firstByte: 0, lastByte: 1 }],
    ['that lie elsewhere', { firstByte: 0, lastByte: 2, uploadUrl: 'https://evil.example/dms-uploads' }],
    ['that lie nearly there', { firstByte: 0, lastByte: 2, uploadUrl: 'https://evillinkedin.com/dms-uploads' }],
    ['without an address', { firstByte: 0, lastByte: 2, uploadUrl: '' }],
  ])('not in parts %s', async (_, instruction) => {
    const uploadInstructions = [{ uploadUrl: 'https://www.linkedin.com/dms-uploads/1', ...instruction }];
    const initialize = { body: { value: { video, uploadInstructions } } };
    const { adapter, publication, stop } = await setup({ type: 'video/mp4', initialize });
    expect(await adapter.prepare(account, publication)).toMatchObject({ refusal: { kind: 'retry_later' } });
    await stop();
  });

  test('at addresses that are broken into lines, and without a token', async () => {
    const uploadUrl = 'https://www.linkedin.com/dms-uploads/\nC55';
    const initialize = { body: { value: { video, uploadInstructions: [{ uploadUrl, firstByte: 0, lastByte: 2 }] } } };
    const { adapter, publication, stop } = await setup({ type: 'video/mp4', initialize });
    const made = await adapter.prepare(account, publication);
    expect(made).toMatchObject({ kind: 'ready', handle: expect.stringContaining('dms-uploads/C55') });
    await stop();
  });

  test('not for posts without files', async () => {
    const { adapter, requests, stop } = await setup();
    const before = requests.length;
    const post = { text: 'Hello', handle: 'h', media: [] };
    expect(await adapter.prepare(account, post)).toEqual({ kind: 'ready' });
    expect(await adapter.upload(account, post)).toEqual({ kind: 'ready' });
    expect(await adapter.checkReady(account, post)).toEqual({ kind: 'ready' });
    expect(requests).toHaveLength(before);
    await stop();
  });
});

describe('LinkedIn: bytes', () => {
  const upload = async (scene: Scene, more: Partial<Publication> = {}) => {
    const made = await setup(scene);
    const { adapter, publication, prepared, requests } = made;
    requests.splice(0);
    const uploaded = await adapter.upload(account, { ...publication, prepared, ...more });
    await made.stop();
    return { ...made, uploaded };
  };
  const stateOf = (uploaded: object) => JSON.parse('handle' in uploaded ? String(uploaded.handle) : '');

  test('of a picture are one call, without the token', async () => {
    const { uploaded, requests } = await upload({});
    expect(requests).toMatchObject([
      { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: '\u0007'.repeat(3) },
    ]);
    expect(requests[0]?.headers.authorization).toBeUndefined();
    expect(stateOf(uploaded)).toMatchObject([{ urn: image, parts: [], wholeAt: expect.any(String) }]);
  });

  test.each([401, 403])('come with the token where it is asked for (%i)', async (status) => {
    const { requests } = await upload({ put: error(status) });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer AQt']);
  });

  test('of a video come in the parts that LinkedIn named, which are told at the end', async () => {
    const { uploaded, requests, ranges, steps } = await upload(clip);
    expect(uploaded.kind).toBe('ready');
    expect(steps()).toEqual(['put', 'put', 'finalize']);
    expect(ranges.slice(-2)).toEqual(['bytes=0-4194303', 'bytes=4194304-6291455']);
    expect(jsonOf(requests[2])).toEqual({
      finalizeUploadRequest: { video, uploadToken: 'ut', uploadedPartIds: partIds },
    });
  });

  test('stop when the run has no more time, and the next one goes on', async () => {
    let seconds = 0;
    const now = () => {
      seconds += 15;
      return new Date(Date.UTC(2030, 0, 1, 12, 0, seconds));
    };
    const { uploaded } = await upload({ ...clip, now });
    expect(uploaded).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(stateOf(uploaded)).toMatchObject([{ parts: [{ first: part }], partIds: partIds.slice(0, 1) }]);
  });

  test.each([
    [{ put: error(404) }, 'image/jpeg', { kind: 'expired' }],
    [{ put: error(413) }, 'image/jpeg', { kind: 'refused', refusal: { kind: 'content_rejected' } }],
    [{ put: error(503) }, 'image/jpeg', { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [{ put: error(429) }, 'image/jpeg', { kind: 'refused', refusal: { kind: 'rate_limited' } }],
    [{ put: 'drop' }, 'image/jpeg', { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [{ put: { status: 200, body: '' } }, 'video/mp4', { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [
      { put: error(400, 'EXPIRED_UPLOAD_URL'), status: { body: { status: 'WAITING_UPLOAD' } } },
      'video/mp4',
      { kind: 'expired' },
    ],
    [{ put: error(400), status: { body: { status: 'PROCESSING' } } }, 'video/mp4', { kind: 'ready' }],
    [{ put: error(400), status: error(404) }, 'video/mp4', { kind: 'expired' }],
    [{ put: error(400), status: error(403) }, 'video/mp4', { kind: 'expired' }],
    [{ finalize: error(400), status: { body: { status: 'AVAILABLE' } } }, 'video/mp4', { kind: 'ready' }],
    [{ finalize: error(422) }, 'video/mp4', { kind: 'refused', refusal: { kind: 'content_rejected' } }],
    // What came before is kept.
    [{ finalize: error(503) }, 'video/mp4', { kind: 'wait', seconds: 5 }],
  ] as const)('that LinkedIn does not take: %j', async (answers, type, outcome) => {
    expect((await upload({ type, ...answers })).uploaded).toMatchObject(outcome);
  });
});

describe('LinkedIn: processing', () => {
  const at = '2030-01-01T12:00:00.000Z';
  const kept = (more: object = {}) =>
    JSON.stringify([{ urn: video, size: 400 * megabyte, parts: [], partIds: [], token: '', wholeAt: at, ...more }]);
  const check = async (status: Answer, prepared = kept(), passedSeconds = 0) => {
    const now = () => new Date(Date.parse(at) + passedSeconds * 1000);
    const { adapter, publication, requests, stop } = await setup({ initialize: 'drop', status, now });
    const ready = await adapter.checkReady(account, { ...publication, prepared });
    await stop();
    return { ready, requests };
  };

  test('of a video is asked for by its name', async () => {
    const { requests } = await check({ body: { status: 'AVAILABLE' } });
    expect(requests).toMatchObject([{ method: 'GET', path: `/rest/videos/${encodeURIComponent(video)}` }]);
  });

  test.each([
    [{ body: { status: 'AVAILABLE' } }, { kind: 'ready' }],
    [{ body: { status: 'PROCESSING' } }, { kind: 'wait', seconds: 5 }],
    [{ body: { status: 'WAITING_UPLOAD' } }, { kind: 'wait', seconds: 5 }],
    [
      { body: { status: 'PROCESSING_FAILED', processingFailureReason: 'Unsupported codec' } },
      { kind: 'refused', refusal: { kind: 'content_rejected', message: expect.stringMatching(/Unsupported codec$/) } },
    ],
    [error(404), { kind: 'expired' }],
    [error(401), { kind: 'refused', refusal: { kind: 'reconnect' } }],
    [error(500), { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [{ body: '<html>' }, { kind: 'refused', refusal: { kind: 'retry_later' } }],
  ])('is what %j says', async (status, outcome) => {
    expect((await check(status)).ready).toMatchObject(outcome);
  });

  test('that may not be asked for is waited for', async () => {
    expect((await check(error(403))).ready).toEqual({ kind: 'wait', seconds: 110 });
    expect((await check(error(403), kept(), 110)).ready).toEqual({ kind: 'ready' });
  });

  test('of pictures is not asked for', async () => {
    expect(await check(error(500), kept({ urn: image }))).toEqual({ ready: { kind: 'ready' }, requests: [] });
  });
});

describe('LinkedIn: the post', () => {
  const file = (urn: string) => ({ urn, size: 3, parts: [], partIds: [], token: '', wholeAt: '2030-01-01T12:00:00Z' });
  const publish = async (publication: Partial<Publication>, scene: Scene = {}) => {
    const { adapter, requests, stop } = await setup({ initialize: 'drop', ...scene });
    const outcome = await adapter.publish(account, { text: 'Hello', handle: 'h', ...publication });
    await stop();
    return { outcome, sent: jsonOf(requests[0]) };
  };
  const media: Media[] = [
    { url: 'https://example.com/1.jpg', type: 'image/jpeg', altText: 'One' },
    { url: 'https://example.com/2.jpg', type: 'image/jpeg' },
  ];

  // https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api and /multiimage-post-api
  test('shows one picture, or several', async () => {
    const one = await publish({ media: media.slice(0, 1), prepared: JSON.stringify([file(image)]) });
    expect(one.sent.content).toEqual({ media: { id: image, altText: 'One' } });
    const two = await publish({ media, prepared: JSON.stringify([file(image), file('urn:li:image:2')]) });
    expect(two.sent.content).toEqual({
      multiImage: { images: [{ id: image, altText: 'One' }, { id: 'urn:li:image:2' }] },
    });
    expect(two.sent.visibility).toBe('PUBLIC');
  });

  test('shows a video without an alternative text', async () => {
    const clips: Media[] = [{ url: 'https://example.com/1.mp4', type: 'video/mp4', altText: 'One' }];
    const { sent } = await publish({ media: clips, prepared: JSON.stringify([file(video)]) });
    expect(sent.content).toEqual({ media: { id: video } });
  });

  test('shows an article, to whom it wishes', async () => {
    const article = { source: 'https://example.com/news', title: 'News', description: 'All of it' };
    const { sent } = await publish({ overrides: { linkedin: { article, visibility: 'CONNECTIONS' } } });
    expect(sent).toMatchObject({ content: { article }, visibility: 'CONNECTIONS' });
  });

  test('waits for a file that is not ready', async () => {
    const posts = error(400, 'MEDIA_ASSET_WAITING_UPLOAD');
    const { outcome } = await publish({ media, prepared: JSON.stringify([file(image)]) }, { posts });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
  });

  test('is not guarded against a second one where it has files', () => {
    const adapter = linkedinAdapter(callsTo('http://127.0.0.1:9'));
    expect(adapter.retryClassOf({ text: 'Hello', handle: 'h', media })).toBe('unprovable');
    expect(adapter.retryClassOf({ text: 'Hello', handle: 'h' })).toBe('duplicate_refused');
  });

  test.each([
    ['media', { media: { id: image } }],
    ['another name of the same file', { media: { id: image.replace('image', 'digitalmediaAsset') } }],
    ['several', { multiImage: { images: [{ id: 'urn:li:image:2' }, { id: image }] } }],
  ])('is known by its files: %s', async (_, content) => {
    const attemptedAt = new Date('2030-01-01T12:00:00Z');
    const made = { id: 'urn:li:share:1', author: organization, createdAt: attemptedAt.getTime() };
    const posts = { body: { elements: [{ ...made, commentary: 'Edited', content }] } };
    const { adapter, stop } = await setup({ initialize: 'drop', posts });
    const attempt = { text: 'Hello', handle: 'h', media, attemptedAt };
    const prepared = JSON.stringify([file(image)]);
    expect(await adapter.reconcile(account, { ...attempt, prepared })).toMatchObject({ kind: 'published' });
    expect(await adapter.reconcile(account, attempt)).toEqual({ kind: 'absent' });
    await stop();
  });

  test.each([
    ['other files', 'absent', { media: { id: 'urn:li:image:2' } }],
    ['no files that LinkedIn shows', 'published', undefined],
  ])('with the same text and %s is %s', async (_, kind, content) => {
    const attemptedAt = new Date('2030-01-01T12:00:00Z');
    const made = { id: 'urn:li:share:1', author: organization, createdAt: attemptedAt.getTime() - 20_000 };
    const posts = { body: { elements: [{ ...made, commentary: 'Hello', content }] } };
    const { adapter, stop } = await setup({ initialize: 'drop', posts });
    const attempt = { text: 'Hello', handle: 'h', media, attemptedAt, prepared: JSON.stringify([file(image)]) };
    expect(await adapter.reconcile(account, attempt)).toMatchObject({ kind });
    await stop();
  });
});
