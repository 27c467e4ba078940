import { describe, expect, test } from 'vitest';
import type { Publication } from '../../../functions/platforms/adapter.ts';
import { youtubeAdapter } from '../../../functions/platforms/youtube/adapter.ts';
import { nextQuotaDay } from '../../../functions/platforms/youtube/quota-day.ts';
import { callsTo, keptAccount } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';

const account = () =>
  keptAccount({
    server: 'https://www.youtube.com',
    accountId: 'UC1',
    accountName: 'Ada',
    secret: JSON.stringify({ accessToken: 'a1' }),
  }).account;
const attemptedAt = new Date('2030-01-01T12:00:00Z');
const size = 1000;

type Script = (request: Received) => Answer | undefined;

/** Scripted answers; the file of the post comes from the same server. */
async function against<Outcome>(
  script: Script,
  act: (adapter: ReturnType<typeof youtubeAdapter>, publication: Publication, url: string) => Promise<Outcome>,
  now = () => new Date(),
) {
  const server = await scriptedServer((request) => {
    if (request.path === '/v.mp4' && request.headers.range === 'bytes=0-0')
      return { status: 206, headers: { 'content-range': `bytes 0-0/${size}`, 'content-length': '1' }, body: 'v' };
    if (request.path === '/v.mp4') return { body: 'v'.repeat(size) };
    return script(request) ?? { status: 500 };
  });
  const publication: Publication = {
    text: 'Hello\nworld',
    handle: 'h',
    media: [{ url: `${server.url}/v.mp4`, type: 'video/mp4' }],
    prepared: JSON.stringify({ session: `${server.url}/session`, size }),
  };
  const outcome = await act(youtubeAdapter({ ...callsTo(server.url), now }), publication, server.url);
  await server.stop();
  return { outcome, requests: server.requests.filter(({ path }) => path !== '/v.mp4'), url: server.url };
}

/** https://developers.google.com/youtube/v3/docs/errors */
const problem = (status: number, reason: string, message = 'No'): Answer => ({
  status,
  body: { error: { code: status, message, errors: [{ message, domain: 'youtube.video', reason }] } },
});

describe('YouTube: the session', () => {
  const opened =
    (location = '/session'): Script =>
    ({ headers }) => ({
      headers: { location: location.startsWith('/') ? `http://${headers.host}${location}` : location },
    });
  const prepare = (changes: Partial<Publication> = {}, script = opened()) =>
    against(script, (adapter, publication) => adapter.prepare(account(), { ...publication, ...changes }));

  // https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol (step 1 and 2)
  test('is opened with all that is said of the video, and its address is kept', async () => {
    const { outcome, requests, url } = await prepare();
    expect(outcome).toEqual({ kind: 'ready', handle: JSON.stringify({ session: `${url}/session`, size }) });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/upload/youtube/v3/videos?uploadType=resumable&part=snippet%2Cstatus',
      headers: {
        authorization: 'Bearer a1',
        'x-upload-content-length': String(size),
        'x-upload-content-type': 'video/mp4',
      },
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      snippet: { title: 'Hello', description: 'Hello\nworld' },
      status: { privacyStatus: 'public' },
    });
  });

  // https://developers.google.com/youtube/v3/docs/videos/insert
  test('has what the post wishes', async () => {
    const youtube = {
      title: 'News',
      privacy: 'unlisted',
      madeForKids: false,
      tags: ['a', 'b c'],
      categoryId: '25',
      notifySubscribers: false,
    } satisfies NonNullable<Publication['overrides']>['youtube'];
    const { requests } = await prepare({ overrides: { youtube } });
    expect(requests[0]?.path).toMatch(/&notifySubscribers=false$/);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      snippet: { title: 'News', description: 'Hello\nworld', tags: ['a', 'b c'], categoryId: '25' },
      status: { privacyStatus: 'unlisted', selfDeclaredMadeForKids: false },
    });
  });

  test('has a title of 100 characters at most, with no sign cut in two', async () => {
    const { requests } = await prepare({ text: `${'a'.repeat(99)}\u{1F600} b` });
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ snippet: { title: 'a'.repeat(99) } });
  });

  test.each([
    ['no video', { media: [] }],
    ['a picture', { media: [{ url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg' }] }],
    ['an angle bracket', { text: '1 < 2' }],
  ] as const)('is not opened for %s: a call of the day is spared', async (_, changes) => {
    const { outcome, requests } = await prepare(changes);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
    expect(requests).toEqual([]);
  });

  test.each(['', 'http://evil.example/session', 'https://googleapis.com.evil.example/s'])(
    'gets no token when it is said to be at %j',
    async (location) => {
      const { outcome } = await prepare({}, () => ({ headers: { location } }));
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    },
  );

  test('may be at another host of Google', async () => {
    const location = 'https://youtube.googleapis.com/upload/youtube/v3/videos?upload_id=1';
    const { outcome } = await prepare({}, () => ({ headers: { location } }));
    expect(outcome).toMatchObject({ kind: 'ready', handle: JSON.stringify({ session: location, size }) });
  });
});

describe('YouTube: refusals', () => {
  const noon = () => new Date('2030-01-01T12:00:00Z');
  const midnight = new Date('2030-01-02T08:00:00Z');
  const prepare = (answer: Answer) =>
    against(
      () => answer,
      (adapter, publication) => adapter.prepare(account(), publication),
      noon,
    );

  test.each([
    [403, 'quotaExceeded', 'rate_limited', midnight],
    [403, 'dailyLimitExceeded', 'rate_limited', midnight],
    [400, 'uploadLimitExceeded', 'rate_limited', new Date('2030-01-02T12:00:00Z')],
    [403, 'rateLimitExceeded', 'rate_limited', undefined],
    [403, 'userRateLimitExceeded', 'rate_limited', undefined],
    [401, 'authError', 'reconnect', undefined],
    [403, 'insufficientPermissions', 'reconnect', undefined],
    [401, 'youtubeSignupRequired', 'account_restricted', undefined],
    [403, 'forbidden', 'account_restricted', undefined],
    [403, 'authenticatedUserAccountSuspended', 'account_restricted', undefined],
    [403, 'accessNotConfigured', 'retry_later', undefined],
    [400, 'invalidTitle', 'content_rejected', undefined],
    [400, 'invalidDescription', 'content_rejected', undefined],
    [404, 'channelNotFound', 'target_gone', undefined],
    [503, 'backendError', 'retry_later', undefined],
  ] as const)('understands %i %s as %s', async (status, reason, kind, retryAt) => {
    const { outcome } = await prepare(problem(status, reason));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode: reason, message: 'No', retryAt } });
  });

  // The buckets of single methods: https://developers.google.com/youtube/v3/determine_quota_cost
  test('know a limit of the day by its words', async () => {
    const message = "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day'";
    const body = { error: { code: 429, message, status: 'RESOURCE_EXHAUSTED' } };
    const { outcome } = await prepare({ status: 429, body });
    expect(outcome).toMatchObject({
      refusal: { kind: 'rate_limited', platformCode: 'RESOURCE_EXHAUSTED', retryAt: midnight },
    });
  });

  test.each([
    ['2026-07-01T12:00:00Z', '2026-07-02T07:00:00.000Z'],
    ['2026-12-31T07:59:59.500Z', '2026-12-31T08:00:00.000Z'],
    ['2026-12-31T08:00:00Z', '2027-01-01T08:00:00.000Z'],
    // The day when clocks go forward, and the one when they go back.
    ['2026-03-08T09:30:00Z', '2026-03-09T07:00:00.000Z'],
    ['2026-11-01T07:30:00Z', '2026-11-02T08:00:00.000Z'],
  ])('the quota of %s is full again at %s', (now, then) => {
    expect(nextQuotaDay(new Date(now)).toISOString()).toBe(then);
  });
});

describe('YouTube: the last piece', () => {
  const probes = ({ headers }: Received) => String(headers['content-range']).startsWith('bytes */');
  const publishTo = (answer: Answer, probe?: Answer) =>
    against(
      (request) => (probes(request) ? probe : answer),
      (adapter, publication) => adapter.publish(account(), publication),
    );

  // https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol (step 3)
  test('is the whole video where that is small, and makes it', async () => {
    const { outcome, requests, url } = await publishTo({
      status: 201,
      body: { kind: 'youtube#video', id: 'dQw4w9WgXcQ' },
    });
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: 'dQw4w9WgXcQ', url: `${url}/watch?v=dQw4w9WgXcQ` });
    expect(requests).toMatchObject([
      { method: 'PUT', path: '/session', headers: { 'content-range': 'bytes 0-999/1000', 'content-length': '1000' } },
    ]);
  });

  test.each([
    [200, { kind: 'youtube#video' }],
    [201, '<html>'],
    [201, { id: '../1' }],
    [308, ''],
    [500, ''],
    [503, ''],
    [408, ''],
  ])('leaves it open what came of status %i with %j', async (status, body) => {
    expect((await publishTo({ status, body })).outcome).toMatchObject({ kind: 'unknown' });
  });

  test('that a finished session refuses made its video before', async () => {
    const { outcome } = await publishTo(problem(400, 'badRequest'), { body: { id: 'abc' } });
    expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: 'abc' });
  });

  test('that is refused is refused', async () => {
    const { outcome } = await publishTo(problem(400, 'invalidVideo'), { status: 308 });
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'invalidVideo' },
    });
  });

  test.each([404, 410])('to a session that is gone is tried with another: %i', async (status) => {
    expect((await publishTo({ status })).outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'retry_later', platformCode: 'sessionGone' },
    });
  });

  // Step 4.1 and 4.3
  test('after an attempt goes on where that has stopped', async () => {
    const { outcome, requests } = await against(
      (request) =>
        probes(request) ? { status: 308, headers: { range: 'bytes=0-599' } } : { status: 200, body: { id: 'abc' } },
      (adapter, publication) => adapter.publish(account(), { ...publication, attemptedAt }),
    );
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(requests.map(({ headers }) => headers['content-range'])).toEqual(['bytes */1000', 'bytes 600-999/1000']);
  });
});

describe('YouTube: reconciling', () => {
  const reconcile = (script: Script, now = new Date('2030-01-01T13:00:00Z')) =>
    against(
      script,
      (adapter, publication) => adapter.reconcile(account(), { ...publication, attemptedAt }),
      () => now,
    );

  test.each([
    [
      { status: 200, body: { id: 'abc' } },
      { kind: 'published', platformPostId: 'abc' },
    ],
    [
      { status: 201, body: { id: 'abc' } },
      { kind: 'published', platformPostId: 'abc' },
    ],
    [{ status: 308, headers: { range: 'bytes=0-599' } }, { kind: 'absent' }],
    [{ status: 308 }, { kind: 'absent' }],
    [{ status: 200, body: '{' }, { kind: 'unknown' }],
    [{ status: 500 }, { kind: 'unknown' }],
    [problem(403, 'quotaExceeded'), { kind: 'unknown' }],
  ] as const)('asks the session: %j', async (answer, found) => {
    expect((await reconcile(() => answer)).outcome).toMatchObject(found);
  });

  // https://developers.google.com/youtube/v3/docs/playlistItems
  const item = (changes: object = {}) => ({
    snippet: {
      ...{ publishedAt: '2030-01-01T12:00:05Z', title: 'Hello', description: 'Hello\nworld' },
      resourceId: { kind: 'youtube#video', videoId: 'abc' },
      ...changes,
    },
  });
  const listing =
    (list: Answer): Script =>
    ({ path }) => {
      if (path.startsWith('/youtube/v3/channels'))
        return { body: { items: [{ contentDetails: { relatedPlaylists: { uploads: 'UU1' } } }] } };
      return path.startsWith('/youtube/v3/playlistItems') ? list : { status: 404 };
    };

  test('looks at the uploads of the channel when the session is gone', async () => {
    const { outcome, requests } = await reconcile(listing({ body: { items: [item()] } }));
    expect(outcome).toMatchObject({ kind: 'published', platformPostId: 'abc' });
    expect(requests.map(({ path }) => path)).toEqual([
      '/session',
      '/youtube/v3/channels?part=contentDetails&id=UC1',
      '/youtube/v3/playlistItems?part=snippet&playlistId=UU1&maxResults=50',
    ]);
  });

  test.each([
    ['no videos', { body: { items: [] } }],
    ['no list yet', problem(404, 'playlistNotFound')],
    ['another title', { body: { items: [item({ title: 'Other' })] } }],
    ['another text', { body: { items: [item({ description: 'Other' })] } }],
    ['an older one', { body: { items: [item({ publishedAt: '2030-01-01T11:00:00Z' })] } }],
  ] as const)('finds nothing among %s', async (_, list) => {
    expect((await reconcile(listing(list))).outcome).toEqual({ kind: 'absent' });
  });

  test('does not trust a list that may be too young, or is full', async () => {
    const soon = new Date('2030-01-01T12:10:00Z');
    expect((await reconcile(listing({ body: { items: [] } }), soon)).outcome).toMatchObject({ kind: 'unknown' });
    const many = Array.from({ length: 50 }, () => item({ title: 'Other' }));
    expect((await reconcile(listing({ body: { items: many } }))).outcome).toMatchObject({ kind: 'unknown' });
    expect((await reconcile(listing({ status: 500 }))).outcome).toMatchObject({ kind: 'unknown' });
  });
});

describe('YouTube: figures', () => {
  // https://developers.google.com/youtube/v3/docs/videos: numbers are strings, and missing where the channel hides them
  test('come for fifty videos a call', async () => {
    const ids = Array.from({ length: 51 }, (_, place) => `v${place}`);
    const { outcome, requests } = await against(
      ({ path }) => {
        const asked = new URL(path, 'http://y').searchParams.get('id')?.split(',') ?? [];
        const statistics = { viewCount: '9', commentCount: '2' };
        const items = asked.map((id) => ({
          id,
          statistics: id === 'v1' ? { ...statistics, likeCount: '7' } : statistics,
        }));
        return { body: { items } };
      },
      (adapter) => adapter.readMetrics(account(), ids),
    );
    expect(outcome.size).toBe(51);
    expect(outcome.get('v1')).toEqual({ likes: 7, reposts: null, replies: 2 });
    expect(outcome.get('v2')).toEqual({ likes: null, reposts: null, replies: 2 });
    expect(requests).toHaveLength(2);
  });
});
