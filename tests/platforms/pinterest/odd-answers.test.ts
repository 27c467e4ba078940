import { afterEach, describe, expect, test } from 'vitest';
import type { Account, Publication } from '../../../functions/platforms/adapter.ts';
import type { Media } from '../../../functions/platforms/contract.ts';
import { pinterestAdapter } from '../../../functions/platforms/pinterest/adapter.ts';
import type { PinterestOptions } from '../../../functions/platforms/pinterest/options.ts';
import { callsTo, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';

// Shapes of requests and answers: https://developers.pinterest.com/docs/api/v5 and
// https://github.com/pinterest/api-description/blob/main/v5/openapi.yaml

let stop = async () => {};
afterEach(() => stop());

type Answers = Record<string, Answer | ((request: Received) => Answer)>;

/** An adapter on a server that answers each path with what the test says; paths without the version and the query. */
async function adapterOn(answers: Answers) {
  const server = await scriptedServer((request) => {
    const path = request.path.replace('/v5/', '').split('?')[0] ?? '';
    const answer = answers[path] ?? { status: 404, body: {} };
    return typeof answer === 'function' ? answer(request) : answer;
  });
  stop = server.stop;
  const account: Account = {
    server: server.url,
    accountId: '40',
    accountName: 'Bread (@ada)',
    secret: JSON.stringify({ accessToken: 'pina_1', expiresAt: '2099-01-01T00:00:00Z' }),
    renewSecret: neverRenewed,
  };
  return { adapter: pinterestAdapter(callsTo(server.url)), account, requests: server.requests, url: server.url };
}

const picture: Media = { url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg' };
const other: Media = { url: 'https://cdn.example.com/b.jpg', type: 'image/jpeg', altText: 'Bread' };
const video: Media = { url: 'https://cdn.example.com/a.mp4', type: 'video/mp4' };
const publication: Publication = { text: 'Hello', handle: 'h', media: [picture] };
const refused = (status: number, code: number): Answer => ({ status, body: { code, message: 'No' } });

describe('Pinterest: the call', () => {
  const created: Answers = { pins: { status: 201, body: { id: '99' } } };
  async function sent(changes: Partial<Publication>, pinterest: PinterestOptions = {}) {
    const { adapter, account, requests, url } = await adapterOn(created);
    const outcome = await adapter.publish(account, { ...publication, overrides: { pinterest }, ...changes });
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: '99', url: `${url}/pin/99` });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/v5/pins',
      headers: { authorization: 'Bearer pina_1', 'content-type': 'application/json' },
    });
    return JSON.parse(requests[0]?.body ?? '');
  }

  test('pins a picture by its address to the board that is connected', async () => {
    expect(await sent({})).toEqual({
      board_id: '40',
      description: 'Hello',
      media_source: { source_type: 'image_url', url: picture.url },
    });
  });

  test('does as the post wishes', async () => {
    const wishes = { title: 'News', link: 'https://example.com/', boardId: '41', sectionId: '42' };
    expect(await sent({ media: [other] }, wishes)).toEqual({
      board_id: '41',
      board_section_id: '42',
      description: 'Hello',
      title: 'News',
      link: 'https://example.com/',
      alt_text: 'Bread',
      media_source: { source_type: 'image_url', url: other.url },
    });
  });

  test('pins several pictures as one, each of which leads to the same place', async () => {
    const words = { title: 'News', link: 'https://example.com/' };
    expect(await sent({ media: [picture, other] }, words)).toMatchObject({
      link: 'https://example.com/',
      media_source: {
        source_type: 'multiple_image_urls',
        items: [
          { url: picture.url, ...words },
          { url: other.url, ...words },
        ],
        index: 0,
      },
    });
  });

  test.each([
    [{}, { cover_image_key_frame_time: 0 }],
    [{ coverSeconds: 2.5 }, { cover_image_key_frame_time: 2.5 }],
    [{ coverSeconds: 2.5, coverUrl: picture.url }, { cover_image_url: picture.url }],
  ])('pins a video with a cover: %j', async (wishes, cover) => {
    expect(await sent({ media: [video], prepared: '77' }, wishes)).toMatchObject({
      media_source: { source_type: 'video_id', media_id: '77', ...cover },
    });
  });

  test.each(['', '<html>', {}, { id: '' }])('does not know what came of a success with %j', async (body) => {
    const { adapter, account } = await adapterOn({ pins: { status: 201, body } });
    expect(await adapter.publish(account, publication)).toMatchObject({ kind: 'unknown' });
  });
});

describe('Pinterest: refusals', () => {
  const publishTo = async (answer: Answer) => {
    const { adapter, account } = await adapterOn({ pins: answer });
    return adapter.publish(account, publication);
  };

  // Codes: the examples of pins/create, pins/get and multi_pins/analytics
  test.each([
    [400, 1, 'content_rejected'],
    [401, 2, 'reconnect'],
    [401, 3, 'reconnect'],
    [401, 7, 'account_restricted'],
    [401, 29, 'account_restricted'],
    [403, 29, 'account_restricted'],
    [403, 233, 'content_rejected'],
    [403, 235, 'content_rejected'],
    [403, 403, 'account_restricted'],
    [404, 40, 'target_gone'],
    [404, 2031, 'target_gone'],
    [409, 17, 'content_rejected'],
    [429, 8, 'rate_limited'],
    [429, 429, 'rate_limited'],
  ])('status %i with code %i is %s', async (status, code, kind) => {
    expect(await publishTo(refused(status, code))).toMatchObject({
      kind: 'refused',
      refusal: { kind, platformCode: String(code), message: 'No' },
    });
  });

  test('without the envelope are understood by their status', async () => {
    expect(await publishTo({ status: 400, body: '{}' })).toMatchObject({
      refusal: { kind: 'content_rejected', platformCode: '400', message: 'Pinterest answered 400.' },
    });
  });

  test('that cannot be read prove nothing', async () => {
    expect(await publishTo({ status: 400, body: '<html>' })).toMatchObject({ kind: 'unknown' });
  });

  // No header is documented; those that others have are read where they come.
  test.each<Record<string, string>>([{ 'retry-after': '120' }, { 'x-ratelimit-reset': '120' }])(
    'say with %j when to come back',
    async (headers) => {
      const outcome = await publishTo({ status: 429, headers, body: { code: 8, message: 'No' } });
      const retryAt = outcome.kind === 'refused' ? outcome.refusal.retryAt?.getTime() : undefined;
      expect(Math.abs((retryAt ?? 0) - Date.now() - 120_000)).toBeLessThan(5_000);
    },
  );

  test.each([500, 502, 503])('%i may have come after the pin was made', async (status) => {
    expect(await publishTo({ status, body: '' })).toMatchObject({ kind: 'unknown' });
  });
});

describe('Pinterest: videos', () => {
  const bytes = 'the bytes of a video';
  /** As the example of media-create has them. */
  const parameters = { key: 'uploads/1', policy: 'p', 'x-amz-signature': 's', 'Content-Type': 'multipart/form-data' };
  const upload = async (storage: Answer, file: Answer = { headers: { 'content-type': 'video/mp4' }, body: bytes }) => {
    const answers: Answers = { '/storage': storage, '/a.mp4': file };
    const { adapter, account, requests, url } = await adapterOn(answers);
    answers.media = {
      status: 201,
      body: { media_id: '77', upload_url: `${url}/storage`, upload_parameters: parameters },
    };
    const media = [{ ...video, url: `${url}/a.mp4` }];
    return { made: await adapter.prepare(account, { ...publication, media }), requests };
  };

  test('are registered and sent as a form to where Pinterest says, without our token', async () => {
    const { made, requests } = await upload(
      { status: 204, body: '' },
      {
        headers: { 'content-type': 'video/mp4', 'content-length': String(bytes.length) },
        body: bytes,
      },
    );
    expect(made).toEqual({ kind: 'ready', handle: '77' });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v5/media',
      'GET /a.mp4',
      'POST /storage',
    ]);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ media_type: 'video' });
    const body = requests[2]?.body ?? '';
    expect(requests[2]?.headers).toMatchObject({ 'content-length': String(body.length) });
    expect(requests[2]?.headers).not.toHaveProperty('authorization');
    for (const [name, value] of Object.entries(parameters))
      expect(body).toContain(`name="${name}"\r\n\r\n${value}\r\n`);
    expect(body.indexOf('name="file"')).toBeGreaterThan(body.indexOf('name="x-amz-signature"'));
    expect(body).toContain(`\r\n\r\n${bytes}\r\n--`);
  });

  const sized = { headers: { 'content-type': 'video/mp4', 'content-length': String(bytes.length) }, body: bytes };
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  test.each([
    [400, 'EntityTooLarge', 'content_rejected'],
    [403, 'AccessDenied', 'retry_later'],
    [503, 'SlowDown', 'retry_later'],
  ])('that the storage refuses with %i %s are %s', async (status, code, kind) => {
    const { made } = await upload({ status, body: `<Error><Code>${code}</Code></Error>` }, sized);
    expect(made).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test('that cannot be fetched are refused before they are sent', async () => {
    const { made, requests } = await upload({ status: 204, body: '' }, { status: 404, body: '' });
    expect(made).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'media_unreachable' },
    });
    expect(requests.some(({ path }) => path === '/storage')).toBe(false);
  });

  // https://developers.pinterest.com/docs/api/v5/media-get (MediaUploadStatus)
  test.each([
    [{ body: { status: 'registered' } }, { kind: 'wait', seconds: 15 }],
    [{ body: { status: 'processing' } }, { kind: 'wait', seconds: 15 }],
    [{ body: { status: 'succeeded' } }, { kind: 'ready' }],
    [{ body: { status: 'failed' } }, { kind: 'refused', refusal: { kind: 'content_rejected' } }],
    [{ body: { status: 'new' } }, { kind: 'refused', refusal: { kind: 'retry_later' } }],
    [{ status: 404, body: { code: 404, message: 'Media upload not found' } }, { kind: 'expired' }],
  ])('whose upload is %j', async (answer, readiness) => {
    const { adapter, account } = await adapterOn({ 'media/77': answer });
    const prepared = { ...publication, media: [video], prepared: '77' };
    expect(await adapter.checkReady(account, prepared)).toMatchObject(readiness);
  });

  test('are all that is prepared: pictures are fetched by Pinterest', async () => {
    const { adapter, account, requests } = await adapterOn({});
    expect(await adapter.prepare(account, publication)).toEqual({ kind: 'ready' });
    expect(await adapter.checkReady(account, publication)).toEqual({ kind: 'ready' });
    expect(await adapter.prepare(account, { text: 'Hello', handle: 'h' })).toMatchObject({
      refusal: { kind: 'content_rejected', platformCode: 'media_missing' },
    });
    expect(requests).toEqual([]);
  });
});

describe('Pinterest: reconciling by the pins of the board', () => {
  const attempt = { ...publication, attemptedAt: new Date('2030-01-01T12:00:00Z') };
  // https://developers.pinterest.com/docs/api/v5/boards-list_pins: times have no zone
  const pin = (changes: object = {}) => ({
    id: '99',
    created_at: '2030-01-01T12:00:01',
    title: null,
    description: 'Hello',
    board_section_id: null,
    ...changes,
  });
  const reconcile = async (pages: object[], pinterest: PinterestOptions = {}) => {
    const left = [...pages];
    const list = () => ({ body: (left.length > 1 ? left.shift() : left[0]) ?? {} });
    const { adapter, account, requests, url } = await adapterOn({ 'boards/40/pins': list, 'boards/41/pins': list });
    return { found: await adapter.reconcile(account, { ...attempt, overrides: { pinterest } }), requests, url };
  };

  test('finds the pin', async () => {
    const { found, requests, url } = await reconcile([{ items: [pin()], bookmark: null }]);
    expect(found).toEqual({ kind: 'published', platformPostId: '99', url: `${url}/pin/99` });
    expect(requests[0]?.path).toBe('/v5/boards/40/pins?page_size=250');
  });

  test('looks at the board that the post wished', async () => {
    const { requests } = await reconcile([{ items: [] }], { boardId: '41' });
    expect(requests[0]?.path).toContain('/v5/boards/41/pins');
  });

  test.each([
    ['made before the attempt', { created_at: '2030-01-01T11:58:00' }, {}],
    ['with another text', { description: 'Hello?' }, {}],
    ['without a text', { description: null }, {}],
    ['with another title', { title: 'Old' }, { title: 'News' }],
    ['in another section', { board_section_id: '1' }, { sectionId: '2' }],
  ])('does not take a pin %s for ours', async (_, changes, wishes) => {
    expect((await reconcile([{ items: [pin(changes)] }], wishes)).found).toEqual({ kind: 'absent' });
  });

  test.each([
    [{ title: 'Made by Pinterest' }, {}],
    [{ title: 'News ' }, { title: 'News' }],
    [{ created_at: '2030-01-01T12:00:01Z' }, {}],
    [{ created_at: '2030-01-01T13:00:01+01:00' }, {}],
    [{ description: 'Hello\n' }, {}],
  ])('takes one with %j for ours', async (changes, wishes) => {
    expect((await reconcile([{ items: [pin(changes)] }], wishes)).found).toMatchObject({ kind: 'published' });
  });

  const earlier = pin({ id: '98', created_at: '2030-01-01T11:59:40' });
  test('does not take a pin with the same text and perhaps another picture for ours', async () => {
    const { found, requests } = await reconcile([{ items: [earlier], bookmark: 'b' }, { items: [] }]);
    expect(found).toMatchObject({ kind: 'unknown' });
    expect(requests).toHaveLength(2);
    const both = await reconcile([{ items: [pin(), earlier], bookmark: null }]);
    expect(both.found).toMatchObject({ kind: 'published', platformPostId: '99' });
  });

  test('goes through the pages of the board', async () => {
    const { found, requests } = await reconcile([{ items: [], bookmark: 'b' }, { items: [pin()] }]);
    expect(found).toMatchObject({ kind: 'published' });
    expect(requests[1]?.path).toContain('bookmark=b');
  });

  const older = pin({ created_at: '2029-12-01T00:00:00', description: 'Old' });
  const newer = pin({ created_at: '2030-01-02T00:00:00', description: 'New' });
  test('knows that it is not there once the list, newest first, goes back far enough', async () => {
    const { found } = await reconcile([{ items: [newer, older], bookmark: 'b' }]);
    expect(found).toEqual({ kind: 'absent' });
  });

  test.each([
    ['comes in another order', [older, newer]],
    ['does not go back far enough', [newer]],
  ])('does not know when a list that never ends %s', async (_, items) => {
    const { found, requests } = await reconcile([{ items, bookmark: 'b' }]);
    expect(found).toMatchObject({ kind: 'unknown' });
    expect(requests).toHaveLength(3);
  });
});

// https://developers.pinterest.com/docs/api/v5/pins-analytics (PinAnalyticsResponse)
describe('Pinterest: figures', () => {
  const read = async (all: object) => {
    const { adapter, account, requests } = await adapterOn({ 'pins/99/analytics': { body: { all } } });
    return { figures: await adapter.readMetrics(account, ['99', '../boards']), requests };
  };

  test('are counts for the life of a pin, saves for what can be asked for', async () => {
    const { figures, requests } = await read({
      daily_metrics: [],
      lifetime_metrics: { TOTAL_COMMENTS: 1, TOTAL_REACTIONS: 3 },
      summary_metrics: { SAVE: 2, IMPRESSION: 10 },
    });
    expect([...figures]).toEqual([['99', { likes: 3, reposts: 2, replies: 1 }]]);
    const { searchParams } = new URL(requests[0]?.path ?? '', 'http://x');
    expect(searchParams.get('metric_types')).toBe('SAVE,TOTAL_COMMENTS,TOTAL_REACTIONS');
    const [start = '', end = ''] = ['start_date', 'end_date'].map((name) => searchParams.get(name) ?? '');
    expect((Date.parse(end) - Date.parse(start)) / (24 * 3600_000)).toBe(89);
    expect(requests[1]?.path).toContain('/v5/pins/..%2Fboards/analytics');
  });

  test('that are not told are not available', async () => {
    const { figures } = await read({ lifetime_metrics: { TOTAL_REACTIONS: null } });
    expect(figures.get('99')).toEqual({ likes: null, reposts: null, replies: null });
  });
});
