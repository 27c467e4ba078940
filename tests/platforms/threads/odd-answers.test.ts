import { afterEach, describe, expect, test } from 'vitest';
import { threadsAdapter } from '../../../functions/platforms/threads/adapter.ts';
import { callsTo, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';

// Shapes of requests and answers: https://developers.facebook.com/docs/threads/posts and /docs/threads/troubleshooting

let stop = async () => {};
afterEach(() => stop());

type Answers = Record<string, (request: Received) => Answer>;

/** An adapter on a server that answers each path with what the test says; paths without the version and the query. */
async function adapterOn(answers: Answers) {
  const server = await scriptedServer((request) => {
    const path = request.path.replace('/v1.0/', '').split('?')[0] ?? '';
    return answers[path]?.(request) ?? { status: 404, body: {} };
  });
  stop = server.stop;
  const adapter = threadsAdapter(callsTo(server.url));
  const account = {
    server: server.url,
    accountId: '7',
    accountName: '@ada',
    secret: JSON.stringify({ accessToken: 'the token', expiresAt: '2030-01-01T00:00:00Z' }),
    renewSecret: neverRenewed,
  };
  return { adapter, account, requests: server.requests };
}

const publication = { text: 'Hello', handle: 'h', prepared: '42' };
const graphError = (code: number, more: object = {}, status = 400): Answer => ({
  status,
  body: { error: { message: 'No', type: 'OAuthException', code, fbtrace_id: 'x', ...more } },
});
const published: Answers = { '7/threads_publish': () => ({ body: { id: '99' } }) };

describe('Threads: the calls', () => {
  test('make a container, ask for its status, publish it, ask where it is', async () => {
    const { adapter, account, requests } = await adapterOn({
      ...published,
      '7/threads': () => ({ body: { id: '42' } }),
      '42': () => ({ body: { id: '42', status: 'FINISHED' } }),
      '99': () => ({ body: { id: '99', permalink: 'https://www.threads.net/@ada/post/C1' } }),
    });
    expect(await adapter.prepare(account, publication)).toEqual({ kind: 'ready', handle: '42' });
    expect(await adapter.checkReady(account, publication)).toEqual({ kind: 'ready' });
    expect(await adapter.publish(account, publication)).toEqual({
      kind: 'accepted',
      platformPostId: '99',
      url: 'https://www.threads.net/@ada/post/C1',
    });
    const sent = requests.map(({ method, path, body }) => `${method} ${path} ${body}`.trim());
    expect(sent).toEqual([
      'POST /v1.0/7/threads media_type=TEXT&text=Hello&access_token=the+token',
      'GET /v1.0/42?fields=status%2Cerror_message&access_token=the+token',
      'POST /v1.0/7/threads_publish creation_id=42&access_token=the+token',
      'GET /v1.0/99?fields=permalink&access_token=the+token',
    ]);
  });

  test('a post whose address cannot be read is out all the same', async () => {
    const { adapter, account } = await adapterOn(published);
    const outcome = await adapter.publish(account, publication);
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: '99', url: `${account.server}/@ada` });
  });

  test.each([{}, '<html>', { id: '' }])('a success that says %o is no certainty', async (body) => {
    const { adapter, account } = await adapterOn({ '7/threads_publish': () => ({ body }) });
    expect(await adapter.publish(account, publication)).toMatchObject({ kind: 'unknown' });
  });
});

describe('Threads: refusals', () => {
  test.each([
    [graphError(190, { error_subcode: 463 }), 'reconnect', '190/463'],
    [graphError(190, {}, 401), 'reconnect', '190'],
    [graphError(10, {}, 403), 'reconnect', '10'],
    [graphError(200, {}, 403), 'reconnect', '200'],
    [graphError(4, {}, 403), 'rate_limited', '4'],
    [graphError(613), 'rate_limited', '613'],
    [graphError(368), 'account_restricted', '368'],
    [graphError(4279013), 'account_restricted', '4279013'],
    [{ status: 429, body: '' }, 'rate_limited', '429'],
    [{ status: 401, body: {} }, 'reconnect', '401'],
  ] as const)('%o is understood as %s', async (answer, kind, platformCode) => {
    const { adapter, account } = await adapterOn({ '7/threads_publish': () => answer, '7/threads': () => answer });
    const expected = { kind: 'refused', refusal: { kind, platformCode } };
    expect(await adapter.publish(account, publication)).toMatchObject(expected);
    expect(await adapter.prepare(account, publication)).toMatchObject(expected);
  });

  test.each([graphError(1, {}, 500), graphError(2, {}, 503), graphError(2)])(
    '%o may have come after the post was made',
    async (answer) => {
      const { adapter, account } = await adapterOn({ '7/threads_publish': () => answer, '7/threads': () => answer });
      expect(await adapter.publish(account, publication)).toMatchObject({ kind: 'unknown' });
      const prepared = await adapter.prepare(account, publication);
      expect(prepared).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    },
  );

  test.each([
    ['FINISHED', 'retry_later'],
    ['IN_PROGRESS', 'retry_later'],
  ])('a container that is %s but not found is tried again', async (status, kind) => {
    const { adapter, account } = await adapterOn({
      '7/threads_publish': () => graphError(24, { error_subcode: 4279009 }),
      '42': () => ({ body: { id: '42', status } }),
    });
    expect(await adapter.publish(account, publication)).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test('words for users are preferred', async () => {
    const words = { error_user_title: 'Too long', error_user_msg: 'Write less.' };
    const { adapter, account } = await adapterOn({ '7/threads': () => graphError(100, words) });
    const refusal = { kind: 'content_rejected', message: 'Write less.' };
    expect(await adapter.prepare(account, publication)).toMatchObject({ kind: 'refused', refusal });
  });
});

describe('Threads: containers', () => {
  test.each([
    [{ status: 'IN_PROGRESS' }, { kind: 'wait', seconds: 5 }],
    [{ status: 'PUBLISHED' }, { kind: 'ready' }],
    [{ status: 'EXPIRED' }, { kind: 'expired' }],
    [
      { status: 'ERROR', error_message: 'FAILED_DOWNLOADING_VIDEO' },
      { kind: 'refused', refusal: { kind: 'content_rejected' } },
    ],
    [{ status: 'ERROR' }, { kind: 'refused', refusal: { platformCode: 'UNKNOWN' } }],
    [{ status: 'NEW' }, { kind: 'refused', refusal: { kind: 'retry_later' } }],
  ])('that say %o', async (body, readiness) => {
    const { adapter, account } = await adapterOn({ '42': () => ({ body: { id: '42', ...body } }) });
    expect(await adapter.checkReady(account, publication)).toMatchObject(readiness);
  });

  test('that are gone must be made anew', async () => {
    const { adapter, account } = await adapterOn({ '42': () => graphError(100, { error_subcode: 33 }) });
    expect(await adapter.checkReady(account, publication)).toEqual({ kind: 'expired' });
  });
});

describe('Threads: reconciling', () => {
  const attempt = { ...publication, attemptedAt: new Date('2030-01-01T12:00:00Z') };
  const listed = (changes: object = {}) => ({
    id: '99',
    text: 'Hello',
    timestamp: '2030-01-01T12:00:01+0000',
    permalink: 'https://www.threads.net/@ada/post/C1',
    ...changes,
  });
  const reconcileWith = async (container: Answer, data: object[]) => {
    const { adapter, account } = await adapterOn({ '42': () => container, '7/threads': () => ({ body: { data } }) });
    return adapter.reconcile(account, attempt);
  };
  const status = (name: string): Answer => ({ body: { id: '42', status: name } });
  const gone = graphError(100, { error_subcode: 33 });
  const found = { kind: 'published', platformPostId: '99', url: 'https://www.threads.net/@ada/post/C1' };

  test.each(['FINISHED', 'IN_PROGRESS', 'ERROR', 'EXPIRED'])(
    'a container that is %s was not published',
    async (name) => {
      expect(await reconcileWith(status(name), [listed()])).toEqual({ kind: 'absent' });
    },
  );

  test('a published container is the post with its text', async () => {
    expect(await reconcileWith(status('PUBLISHED'), [listed({ id: '1', text: 'Other' }), listed()])).toEqual(found);
  });

  test.each([
    ['none', []],
    ['one of another time', [listed({ timestamp: '2030-01-01T11:58:00+0000' })]],
    ['one of another text', [listed({ text: 'Hello?' })]],
    ['one without a text', [{ ...listed(), text: undefined }]],
  ])('a published container that the list does not show is in doubt: %s', async (_, data) => {
    expect(await reconcileWith(status('PUBLISHED'), data)).toMatchObject({ kind: 'unknown' });
  });

  test('without a container only the list tells, if it is whole', async () => {
    expect(await reconcileWith(gone, [listed()])).toEqual(found);
    expect(await reconcileWith(gone, [])).toEqual({ kind: 'absent' });
    const many = Array.from({ length: 100 }, (_, place) => listed({ id: String(place), text: 'Other' }));
    expect(await reconcileWith(gone, many)).toMatchObject({ kind: 'unknown' });
  });
});

test('Threads: figures that it does not tell are not available', async () => {
  const { adapter, account, requests } = await adapterOn({
    '99/insights': () => ({ body: { data: [{ name: 'likes', period: 'lifetime', values: [{ value: 3 }] }] } }),
  });
  const figures = await adapter.readMetrics(account, ['99', '../me']);
  expect([...figures]).toEqual([['99', { likes: 3, reposts: null, replies: null }]]);
  expect(requests[1]?.path).toContain('/v1.0/..%2Fme/insights');
});
