import { afterEach, describe, expect, test } from 'vitest';
import type { Account, Publication } from '../../../functions/platforms/adapter.ts';
import type { Media } from '../../../functions/platforms/contract.ts';
import { instagramAdapter } from '../../../functions/platforms/instagram/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { callsTo, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';

// Shapes of requests and answers: https://developers.facebook.com/docs/instagram-platform/content-publishing and
// https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media

const { version } = publicApis.instagram;

let stop = async () => {};
afterEach(() => stop());

type Answers = Record<string, Answer | ((request: Received) => Answer)>;

const secrets = {
  instagram: { login: 'instagram', accessToken: 'the token', expiresAt: '2030-01-01T00:00:00Z' },
  facebook: { login: 'facebook', accessToken: 'EAApage', userId: '5' },
};

/** An adapter on a server that answers each path with what the test says; paths without the version and the query. */
async function adapterOn(answers: Answers, login: keyof typeof secrets = 'instagram') {
  const server = await scriptedServer((request) => {
    const path = request.path.replace(`/${version}/`, '').split('?')[0] ?? '';
    const answer = answers[path] ?? { status: 404, body: {} };
    return typeof answer === 'function' ? answer(request) : answer;
  });
  stop = server.stop;
  const account: Account = {
    server: server.url,
    accountId: '17',
    accountName: '@ada',
    secret: JSON.stringify(secrets[login]),
    renewSecret: neverRenewed,
  };
  return { adapter: instagramAdapter(callsTo(server.url)), account, requests: server.requests };
}

const picture: Media = { url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg', altText: 'A cat' };
const video: Media = { url: 'https://cdn.example.com/a.mp4', type: 'video/mp4' };
const publication: Publication = { text: 'Hello', handle: 'h', media: [picture], prepared: '42' };
const graphError = (code: number, subcode?: number, status = 400): Answer => ({
  status,
  body: {
    error: { message: 'No', type: 'OAuthException', code, ...(subcode && { error_subcode: subcode }), fbtrace_id: 'x' },
  },
});
const container = (status_code: string, status = ''): Answer => ({ body: { id: '42', status_code, status } });
const fieldsOf = ({ body }: Received) => {
  const { access_token: _, appsecret_proof: __, ...fields } = Object.fromEntries(new URLSearchParams(body));
  return fields;
};

describe('Instagram: the calls', () => {
  const answers = {
    '17/media': { body: { id: '42' } },
    '42': container('FINISHED', 'Finished: Media has been uploaded and it is ready to be published.'),
    '17/media_publish': { body: { id: '99' } },
    '99': { body: { id: '99', permalink: 'https://www.instagram.com/p/C1/' } },
  };

  test.each([
    ['instagram', {}],
    // HMAC-SHA256 of the token by the app secret, as `printf EAApage | openssl dgst -sha256 -hmac sandbox-secret`
    ['facebook', { appsecret_proof: '6451d06f6648487450c2b6a73805c9bf3e43386a1de421afb02ae14ec712d488' }],
  ] as const)('by %s Login make a container, ask for its status, publish it, ask where it is', async (login, proof) => {
    const { adapter, account, requests } = await adapterOn(answers, login);
    expect(await adapter.prepare(account, publication)).toEqual({ kind: 'ready', handle: '42' });
    expect(await adapter.checkReady(account, publication)).toEqual({ kind: 'ready' });
    expect(await adapter.publish(account, publication)).toEqual({
      kind: 'accepted',
      platformPostId: '99',
      url: 'https://www.instagram.com/p/C1/',
    });
    const token = { access_token: secrets[login].accessToken, ...proof };
    const sent = requests.map(({ method, path, body }) => {
      const url = new URL(path, 'http://x');
      const parameters = { ...Object.fromEntries(url.searchParams), ...Object.fromEntries(new URLSearchParams(body)) };
      return [`${method} ${url.pathname}`, parameters];
    });
    expect(sent).toEqual([
      [`POST /${version}/17/media`, { caption: 'Hello', image_url: picture.url, alt_text: 'A cat', ...token }],
      [`GET /${version}/42`, { fields: 'status_code,status', ...token }],
      [`POST /${version}/17/media_publish`, { creation_id: '42', ...token }],
      [`GET /${version}/99`, { fields: 'permalink', ...token }],
    ]);
  });

  test('a single video is a reel, with what the post wishes for it', async () => {
    const { adapter, account, requests } = await adapterOn(answers);
    const instagram = {
      shareToFeed: false,
      coverOffsetMs: 1500,
      collaborators: ['bob', 'eve'],
      locationId: '106377336067638',
      aiGenerated: true,
    };
    await adapter.prepare(account, { ...publication, prepared: undefined, media: [video], overrides: { instagram } });
    expect(requests.map(fieldsOf)).toEqual([
      {
        caption: 'Hello',
        media_type: 'REELS',
        video_url: video.url,
        share_to_feed: 'false',
        thumb_offset: '1500',
        collaborators: '["bob","eve"]',
        location_id: '106377336067638',
        is_ai_generated: 'true',
      },
    ]);
  });

  test('a cover counts more than a moment of the video', async () => {
    const { adapter, account, requests } = await adapterOn(answers);
    const instagram = { coverUrl: 'https://cdn.example.com/cover.jpg', coverOffsetMs: 1500 };
    await adapter.prepare(account, { ...publication, prepared: undefined, media: [video], overrides: { instagram } });
    expect(fieldsOf(requests[0] ?? { method: '', path: '', headers: {}, body: '' })).toEqual({
      caption: 'Hello',
      media_type: 'REELS',
      video_url: video.url,
      cover_url: 'https://cdn.example.com/cover.jpg',
    });
  });

  test('several are containers of their own, and then one of all', async () => {
    let made = 0;
    const created = () => ({ body: { id: String(++made) } });
    const { adapter, account, requests } = await adapterOn({
      '17/media': created,
      '1': container('FINISHED'),
      '2': container('FINISHED'),
    });
    const wanted = { ...publication, prepared: undefined, media: [picture, video] };
    const parts = await adapter.prepare(account, wanted);
    expect(parts).toEqual({ kind: 'ready', handle: '{"parts":["1","2"]}' });
    const prepared = { ...wanted, prepared: '{"parts":["1","2"]}' };
    expect(await adapter.checkReady(account, prepared)).toEqual({ kind: 'goes_on' });
    expect(await adapter.prepare(account, prepared)).toEqual({ kind: 'ready', handle: '3' });
    const sent = requests.filter(({ method }) => method === 'POST').map(fieldsOf);
    expect(sent.slice(0, 2)).toEqual(
      expect.arrayContaining([
        { is_carousel_item: 'true', image_url: picture.url, alt_text: 'A cat' },
        { is_carousel_item: 'true', media_type: 'VIDEO', video_url: video.url },
      ]),
    );
    expect(sent[2]).toEqual({ caption: 'Hello', media_type: 'CAROUSEL', children: '1,2' });
  });

  test('a post without a file is refused before any call', async () => {
    const { adapter, account, requests } = await adapterOn({});
    expect(await adapter.prepare(account, { text: 'Hello', handle: 'h' })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'media_missing' },
    });
    expect(requests).toEqual([]);
  });

  test('a post whose address cannot be read is out all the same', async () => {
    const { adapter, account } = await adapterOn({ '17/media_publish': { body: { id: '99' } } });
    const outcome = await adapter.publish(account, publication);
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: '99', url: `${account.server}/ada` });
  });

  test.each([{}, '<html>', { id: '' }])('a success that says %o is no certainty', async (body) => {
    const { adapter, account } = await adapterOn({ '17/media_publish': { body } });
    expect(await adapter.publish(account, publication)).toMatchObject({ kind: 'unknown' });
  });
});

// https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
describe('Instagram: refusals', () => {
  test.each([
    [190, 463, 'reconnect'],
    [10, undefined, 'reconnect'],
    [200, undefined, 'reconnect'],
    [4, undefined, 'rate_limited'],
    [80002, undefined, 'rate_limited'],
    [9, 2207042, 'rate_limited'],
    [25, 2207050, 'account_restricted'],
    [4, 2207051, 'account_restricted'],
  ])('code %s/%s is %s when a container is made and when it is published', async (code, subcode, kind) => {
    const answer = graphError(code, subcode);
    const { adapter, account, requests } = await adapterOn({ '17/media': answer, '17/media_publish': answer });
    const expected = { kind: 'refused', refusal: { kind, platformCode: subcode ? `${code}/${subcode}` : `${code}` } };
    expect(await adapter.prepare(account, { ...publication, prepared: undefined })).toMatchObject(expected);
    expect(await adapter.publish(account, publication)).toMatchObject(expected);
    expect(requests).toHaveLength(2);
  });

  test.each([
    [-2, 2207003, 'retry_later'],
    [-1, 2207001, 'retry_later'],
    [-1, 2207032, 'retry_later'],
    [-1, 2207053, 'retry_later'],
    [9004, 2207052, 'retry_later'],
    [1, 2207057, 'content_rejected'],
    [100, 2207028, 'content_rejected'],
    [100, 2207040, 'content_rejected'],
    [352, 2207026, 'content_rejected'],
    [36000, 2207004, 'content_rejected'],
    [36001, 2207005, 'content_rejected'],
    [36003, 2207009, 'content_rejected'],
    [36004, 2207010, 'content_rejected'],
  ])('code %s/%s of a new container is %s', async (code, subcode, kind) => {
    const { adapter, account } = await adapterOn({ '17/media': graphError(code, subcode) });
    const made = await adapter.prepare(account, { ...publication, prepared: undefined });
    expect(made).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test.each([
    graphError(1, undefined, 500),
    graphError(2),
    graphError(-1, 2207001),
    { status: 503, body: '' } as const,
  ])('%o may have come after the post was made', async (answer) => {
    const { adapter, account } = await adapterOn({ '17/media_publish': answer });
    expect(await adapter.publish(account, publication)).toMatchObject({ kind: 'unknown' });
  });

  describe.each([
    [24, 2207006],
    [24, 2207008],
    [9007, 2207027],
  ])('code %s/%s, about the container,', (code, subcode) => {
    const publishWith = async (answers: Answers) => {
      const { adapter, account } = await adapterOn({ '17/media_publish': graphError(code, subcode), ...answers });
      return adapter.publish(account, publication);
    };

    test('calls for another one where this one is no post', async () => {
      expect(await publishWith({ '42': container('FINISHED') })).toMatchObject({
        kind: 'refused',
        refusal: { kind: 'retry_later' },
      });
    });

    test('means the post that it became', async () => {
      const listed = {
        id: '99',
        caption: 'Hello',
        timestamp: new Date().toISOString(),
        permalink: 'https://www.instagram.com/p/C1/',
      };
      const answers = { '42': container('PUBLISHED'), '17/media': { body: { data: [listed] } } };
      expect(await publishWith(answers)).toEqual({
        kind: 'accepted',
        platformPostId: '99',
        url: 'https://www.instagram.com/p/C1/',
      });
    });

    test('leaves it open where nothing can be found out', async () => {
      expect(await publishWith({ '42': graphError(2, undefined, 500) })).toMatchObject({ kind: 'unknown' });
    });
  });
});

// https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-container
describe('Instagram: containers', () => {
  const check = async (answer: Answer, media = [picture]) => {
    const { adapter, account } = await adapterOn({ '42': answer });
    return adapter.checkReady(account, { ...publication, media });
  };
  const failure = (subcode: number) => container('ERROR', `Error: Media upload has failed with error code ${subcode}`);

  test('are asked for a video once a minute, as the documents want it, and sooner for a picture', async () => {
    expect(await check(container('IN_PROGRESS'), [video])).toEqual({ kind: 'wait', seconds: 60 });
    expect(await check(container('IN_PROGRESS'), [picture])).toEqual({ kind: 'wait', seconds: 5 });
  });

  test.each([
    ['published before', container('PUBLISHED'), { kind: 'ready' }],
    ['expired', container('EXPIRED'), { kind: 'expired' }],
    ['gone', graphError(100, 33), { kind: 'expired' }],
    ['failed for now', failure(2207053), { kind: 'expired' }],
    ['failed for good', failure(2207026), { kind: 'refused', refusal: { platformCode: '2207026' } }],
    ['failed without a reason', container('ERROR'), { kind: 'refused', refusal: { kind: 'content_rejected' } }],
    ['of a state nobody knows', container('NEW'), { kind: 'refused', refusal: { kind: 'retry_later' } }],
  ])('that are %s', async (_, answer, readiness) => {
    expect(await check(answer)).toMatchObject(readiness);
  });

  test.each([
    ['waits for its slowest part', ['FINISHED', 'IN_PROGRESS'], { kind: 'wait' }],
    ['is made anew with one that has expired', ['EXPIRED', 'IN_PROGRESS'], { kind: 'expired' }],
    ['is refused with one that has failed', ['ERROR', 'EXPIRED'], { kind: 'refused' }],
  ])('a carousel %s', async (_, [first = '', second = ''], readiness) => {
    const { adapter, account } = await adapterOn({ '1': container(first), '2': container(second) });
    const prepared = { ...publication, media: [picture, video], prepared: '{"parts":["1","2"]}' };
    expect(await adapter.checkReady(account, prepared)).toMatchObject(readiness);
  });
});

describe('Instagram: reconciling', () => {
  const attempt = { ...publication, attemptedAt: new Date('2030-01-01T12:00:00Z') };
  const listed = (changes: object = {}) => ({
    id: '99',
    caption: 'Hello',
    timestamp: '2030-01-01T12:00:01+0000',
    permalink: 'https://www.instagram.com/p/C1/',
    ...changes,
  });
  const reconcileWith = async (answer: Answer, list: Answer) => {
    const { adapter, account, requests } = await adapterOn({ '42': answer, '17/media': list });
    return { found: await adapter.reconcile(account, attempt), requests };
  };
  const page = (...data: object[]): Answer => ({ body: { data, paging: { cursors: { after: 'a' } } } });
  const found = { kind: 'published', platformPostId: '99', url: 'https://www.instagram.com/p/C1/' };

  test.each(['FINISHED', 'IN_PROGRESS', 'ERROR', 'EXPIRED'])(
    'a container that is %s was not published',
    async (name) => {
      expect((await reconcileWith(container(name), page(listed()))).found).toEqual({ kind: 'absent' });
    },
  );

  test('a published container is the post with its caption', async () => {
    const list = page(listed({ id: '1', caption: 'Other' }), listed({ caption: 'Hello ' }));
    expect((await reconcileWith(container('PUBLISHED'), list)).found).toEqual(found);
  });

  test.each([
    ['none', []],
    ['one of another time', [listed({ timestamp: '2030-01-01T11:58:00+0000' })]],
    ['one of another caption', [listed({ caption: 'Hello?' })]],
    ['one without a caption', [{ ...listed(), caption: undefined }]],
  ])('a published container that the list does not show is in doubt: %s', async (_, data) => {
    expect((await reconcileWith(container('PUBLISHED'), page(...data))).found).toMatchObject({ kind: 'unknown' });
  });

  test('without a container only the list tells, as far as it goes back', async () => {
    const gone = graphError(100, 33);
    expect((await reconcileWith(gone, page(listed()))).found).toEqual(found);
    expect((await reconcileWith(gone, page())).found).toEqual({ kind: 'absent' });
    const more = { paging: { cursors: { after: 'a' }, next: 'https://graph.instagram.com/next' } };
    const newer = { data: [listed({ caption: 'Other' })], ...more };
    expect(await reconcileWith(gone, { body: newer })).toMatchObject({ found: { kind: 'unknown' } });
    const older = { data: [listed({ timestamp: '2029-01-01T00:00:00+0000' })], ...more };
    expect((await reconcileWith(gone, { body: older })).found).toEqual({ kind: 'absent' });
  });

  test('parts of a carousel were never a post', async () => {
    const { adapter, account, requests } = await adapterOn({});
    const parts = { ...attempt, prepared: '{"parts":["1","2"]}' };
    expect(await adapter.reconcile(account, parts)).toEqual({ kind: 'absent' });
    expect(requests).toEqual([]);
  });
});

// https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/insights
describe('Instagram: figures', () => {
  const read = async (data: object[]) => {
    const { adapter, account, requests } = await adapterOn({ '99/insights': { body: { data } } });
    return { figures: await adapter.readMetrics(account, ['99', '../me']), requests };
  };

  test('that are not told are not available', async () => {
    const { figures, requests } = await read([{ name: 'likes', period: 'lifetime', values: [{ value: 3 }] }]);
    expect([...figures]).toEqual([['99', { likes: 3, reposts: null, replies: null }]]);
    expect(requests[1]?.path).toContain(`/${version}/..%2Fme/insights`);
  });

  test('come as totals, too', async () => {
    const { figures } = await read([
      { name: 'shares', total_value: { value: 2 } },
      { name: 'comments', values: [{ value: 1 }] },
    ]);
    expect(figures.get('99')).toEqual({ likes: null, reposts: 2, replies: 1 });
  });
});
