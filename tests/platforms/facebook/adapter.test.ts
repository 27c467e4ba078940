import { describe, expect, test } from 'vitest';
import { facebookAccess } from '../../../functions/platforms/facebook/access.ts';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startFacebook } from '../../../local/platforms/facebook/start-facebook.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { callsTo, connectFacebook, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { type AdapterCase, adapterSuite } from '../adapter-suite.ts';

const { version } = publicApis.facebook;

const facebook: AdapterCase = {
  start: () => startFacebook(),
  connect: connectFacebook,
  adapterOver: facebookAdapter,
  accessOver: facebookAccess,
  operations: {
    publish: `POST /${version}/:page/feed`,
    list: `GET /${version}/:page/published_posts`,
    metrics: `GET /${version}/:id`,
    revoke: `DELETE /${version}/:user/permissions`,
  },
  followUp: { kind: 'comment', publish: `POST /${version}/:id/comments`, list: `GET /${version}/:id/comments` },
  expired: 'lost',
  tellsRetry: 'minutes',
  urlPattern: /\/\d+\/posts\/\d+$/,
};

adapterSuite('Facebook', facebook);

const { picture, video } = samplePaths;
const photoOperations = { ...facebook.operations, prepare: `POST /${version}/:page/photos` };
adapterSuite('Facebook with a photo', { ...withFiles([picture]), operations: photoOperations });
adapterSuite('Facebook with photos', {
  ...withFiles([picture, picture]),
  operations: photoOperations,
  followUp: undefined,
});

adapterSuite('Facebook with a video', {
  ...withFiles([video]),
  operations: {
    ...facebook.operations,
    prepare: `POST /${version}/:page/videos`,
    checkReady: `GET /${version}/:id`,
    publish: `POST /${version}/:id`,
    list: `GET /${version}/:id`,
  },
  urlPattern: /\/reel\/\d+\/$/,
});

/** With files that the sandbox itself serves. */
function withFiles(paths: readonly string[]): AdapterCase {
  let url = '';
  const start = async () => {
    const sandbox = await startFacebook();
    url = sandbox.url;
    return sandbox;
  };
  const typeOf = (path: string) => (path === video ? 'video/mp4' : 'image/jpeg');
  return {
    ...facebook,
    start,
    content: () => ({ media: paths.map((path) => ({ url: `${url}${path}`, type: typeOf(path) })) }),
  };
}

const account = {
  server: publicApis.facebook.web,
  accountId: '1001',
  accountName: 'A page',
  secret: JSON.stringify({ pageToken: 'EAApage', userId: '7' }),
  renewSecret: neverRenewed,
};
const publication = { text: 'Hello', handle: 'h' };
const attemptedAt = new Date('2030-01-01T12:00:00Z');

/** What comes of calls to a server that answers as told; the last answer repeats. */
async function against<Outcome>(
  answers: readonly Answer[],
  act: (adapter: ReturnType<typeof facebookAdapter>) => Promise<Outcome>,
) {
  const left = [...answers];
  const server = await scriptedServer(() => (left.length > 1 ? left.shift() : left[0]) ?? {});
  const outcome = await act(facebookAdapter(callsTo(server.url)));
  await server.stop();
  return { outcome, requests: server.requests };
}

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
const graphError = (code: number, subcode?: number, status = 400): Answer => ({
  status,
  body: {
    error: {
      message: 'No',
      type: 'OAuthException',
      code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      fbtrace_id: 'A1',
    },
  },
});

describe('Facebook: the call', () => {
  const publish = (text: string, body: unknown = { id: '1001_1' }) =>
    against([{ body }], (adapter) => adapter.publish(account, { ...publication, text }));

  // https://developers.facebook.com/documentation/pages-api/posts (POST /{page}/feed: message, link; answers {"id"})
  test('posts to the feed of the page, with the proof of our app', async () => {
    const { requests, outcome } = await publish('Hello', {
      id: '1001_1',
      permalink_url: 'https://www.facebook.com/1001/posts/1',
    });
    expect(outcome).toEqual({
      kind: 'accepted',
      platformPostId: '1001_1',
      url: 'https://www.facebook.com/1001/posts/1',
    });
    expect(requests[0]).toMatchObject({ method: 'POST', path: `/${version}/1001/feed` });
    const fields = Object.fromEntries(new URLSearchParams(requests[0]?.body));
    expect(fields).toMatchObject({ message: 'Hello', fields: 'id,permalink_url', access_token: 'EAApage' });
    // HMAC-SHA256 of the token by the app secret, as `printf EAApage | openssl dgst -sha256 -hmac sandbox-secret`
    expect(fields.appsecret_proof).toBe('6451d06f6648487450c2b6a73805c9bf3e43386a1de421afb02ae14ec712d488');
    expect(fields.link).toBeUndefined();
  });

  test.each([
    ['See https://example.com/a?b=c.', 'https://example.com/a?b=c'],
    ['https://www.facebook.com/x and https://example.com', 'https://example.com'],
    ['https://facebook.com/x', undefined],
    ['https://notfacebook.com/x', 'https://notfacebook.com/x'],
  ])('shows a preview of the first link that Facebook takes: %j', async (text, link) => {
    const { requests } = await publish(text);
    expect(new URLSearchParams(requests[0]?.body).get('link') ?? undefined).toBe(link);
  });

  test.each([
    ['no address', { id: '1001_1' }],
    ['an address that is a script', { id: '1001_1', permalink_url: 'javascript:alert(1)' }],
  ])('gives the address by the id where the answer has %s', async (_, body) => {
    expect((await publish('Hello', body)).outcome).toMatchObject({ url: expect.stringMatching(/\/1001_1$/) });
  });

  test.each(['', '<html>', { success: true }])('does not know what came of a success with %j', async (body) => {
    expect((await publish('Hello', body)).outcome).toMatchObject({ kind: 'unknown' });
  });
});

describe('Facebook: refusals', () => {
  const refusalOf = async (answer: Answer) =>
    (await against([answer], (adapter) => adapter.publish(account, publication))).outcome;

  // https://developers.facebook.com/docs/graph-api/guides/error-handling#errorcodes
  test.each([
    [190, 463, 'reconnect'],
    [190, 458, 'reconnect'],
    [102, undefined, 'reconnect'],
    [10, undefined, 'reconnect'],
    [200, undefined, 'reconnect'],
    [283, undefined, 'reconnect'],
    [4, undefined, 'rate_limited'],
    [32, undefined, 'rate_limited'],
    [613, undefined, 'rate_limited'],
    [80001, undefined, 'rate_limited'],
    [368, 1390008, 'rate_limited'],
    [100, undefined, 'content_rejected'],
    [506, 1455006, 'content_rejected'],
    [1609005, undefined, 'content_rejected'],
    [1, 1404102, 'content_rejected'],
    [100, 33, 'target_gone'],
    [368, undefined, 'account_restricted'],
    [200, 1404078, 'account_restricted'],
  ])('understands code %s/%s as %s', async (code, subcode, kind) => {
    const platformCode = subcode === undefined ? String(code) : `${code}/${subcode}`;
    expect(await refusalOf(graphError(code, subcode))).toMatchObject({
      kind: 'refused',
      refusal: { kind, platformCode, message: 'No' },
    });
  });

  test.each([
    graphError(1),
    graphError(2),
    graphError(100, 1609010),
    graphError(2, undefined, 500),
    { status: 503, body: '<html>' },
  ])('does not know what came of %j', async (answer) => {
    expect(await refusalOf(answer)).toMatchObject({ kind: 'unknown' });
  });
});

describe('Facebook: a post that is the last one again', () => {
  const again = { ...publication, attemptedAt };
  // https://developers.facebook.com/docs/graph-api/reference/page/feed (reading: created_time, message, id)
  const listed = {
    id: '1001_1',
    message: 'Hello',
    created_time: '2030-01-01T12:00:01+0000',
    permalink_url: 'https://www.facebook.com/1001/posts/1',
  };
  const list = (...posts: object[]): Answer => ({ body: { data: posts, paging: { cursors: { after: 'a' } } } });
  const publishAgain = (...answers: Answer[]) =>
    against([graphError(506, 1455006), ...answers], (adapter) => adapter.publish(account, again));

  test('is the post of an earlier attempt', async () => {
    expect((await publishAgain(list(listed))).outcome).toEqual({
      kind: 'accepted',
      platformPostId: '1001_1',
      url: 'https://www.facebook.com/1001/posts/1',
    });
  });

  test('is not given up while it is not listed', async () => {
    expect((await publishAgain(list())).outcome).toMatchObject({ kind: 'unknown' });
    expect((await publishAgain(graphError(2, undefined, 500))).outcome).toMatchObject({ kind: 'unknown' });
  });

  test('is refused where there was no attempt before', async () => {
    const { outcome, requests } = await against([graphError(506)], (adapter) => adapter.publish(account, publication));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
    expect(requests).toHaveLength(1);
  });
});

describe('Facebook: reconciling by the posts of the page', () => {
  const listed = (changes: object = {}) => ({
    id: '1001_1',
    message: 'Hello',
    created_time: '2030-01-01T12:00:01+0000',
    permalink_url: 'https://www.facebook.com/1001/posts/1',
    ...changes,
  });
  const reconcile = (text: string, ...answers: Answer[]) =>
    against(answers, (adapter) => adapter.reconcile(account, { text, handle: 'h', attemptedAt }));
  const more = { cursors: { after: 'a' }, next: 'https://graph.facebook.com/next' };

  test('asks for what was published since the attempt', async () => {
    const { requests, outcome } = await reconcile('Hello', { body: { data: [listed()] } });
    expect(outcome).toMatchObject({ kind: 'published', platformPostId: '1001_1' });
    const url = new URL(requests[0]?.path ?? '', 'http://x');
    expect(url.pathname).toBe(`/${version}/1001/published_posts`);
    expect(url.searchParams.get('since')).toBe(String(Date.parse('2030-01-01T11:59:00Z') / 1000));
  });

  test.each([
    ['Two\nlines  and  spaces ', 'Two lines and spaces'],
    ['e\u0301', '\u00e9'],
  ])('knows %j as it may be shown', async (text, message) => {
    expect((await reconcile(text, { body: { data: [listed({ message })] } })).outcome).toMatchObject({
      kind: 'published',
    });
  });

  test.each([
    ['made before the attempt', { created_time: '2030-01-01T11:58:00+0000' }],
    ['with another text', { message: 'Hello?' }],
    ['without a text', { message: undefined }],
  ])('does not take a post %s for ours', async (_, changes) => {
    expect((await reconcile('Hello', { body: { data: [listed(changes)] } })).outcome).toEqual({ kind: 'absent' });
  });

  // https://developers.facebook.com/docs/graph-api/results: a page may be empty, and only without `next` it is the last
  test('goes through the pages of the list, however short', async () => {
    const { outcome, requests } = await reconcile(
      'Hello',
      { body: { data: [], paging: more } },
      { body: { data: [listed()] } },
    );
    expect(outcome).toMatchObject({ kind: 'published' });
    expect(new URL(requests[1]?.path ?? '', 'http://x').searchParams.get('after')).toBe('a');
  });

  test('does not know when the list does not end', async () => {
    const { outcome, requests } = await reconcile('Hello', { body: { data: [], paging: more } });
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(requests).toHaveLength(3);
  });

  test('takes the first of two', async () => {
    const body = { data: [listed({ id: '1001_2' }), listed()] };
    expect((await reconcile('Hello', { body })).outcome).toMatchObject({ platformPostId: '1001_1' });
  });
});

describe('Facebook: figures', () => {
  const read = (body: object, ids = ['1001_1']) => against([{ body }], (adapter) => adapter.readMetrics(account, ids));

  // Field expansion with summaries: https://developers.facebook.com/docs/graph-api/reference/object/reactions
  test('are counts at the post; nobody has shared what has no count', async () => {
    const total = (total_count: number) => ({ data: [], summary: { total_count } });
    const { outcome, requests } = await read({ id: '1001_1', reactions: total(3), comments: total(2) });
    expect(outcome.get('1001_1')).toEqual({ likes: 3, reposts: 0, replies: 2 });
    const url = new URL(requests[0]?.path ?? '', 'http://x');
    expect(url.pathname).toBe(`/${version}/1001_1`);
    expect(url.searchParams.get('fields')).toBe(
      'reactions.summary(true).limit(0),comments.summary(true).limit(0),shares',
    );
  });

  test('that are not told are not available', async () => {
    const { outcome } = await read({ id: '1001_1', shares: { count: 4 } });
    expect(outcome.get('1001_1')).toEqual({ likes: null, reposts: 4, replies: null });
  });

  test('ask for no path that an id could lead to', async () => {
    const { requests } = await read({}, ['../me/accounts']);
    expect(requests[0]?.path).toContain(`/${version}/..%2Fme%2Faccounts?`);
  });
});
