import { describe, expect, test } from 'vitest';
import { xAccess } from '../../../functions/platforms/x/access.ts';
import { xAdapter } from '../../../functions/platforms/x/adapter.ts';
import { xAuth } from '../../../functions/platforms/x/auth.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import { startX } from '../../../local/platforms/x/start-x.ts';
import { callsTo, connectByConsent, keptAccount, redirectUri } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { adapterSuite } from '../adapter-suite.ts';

adapterSuite('X', {
  start: () => startX(),
  connect: (server) => connectByConsent(xAuth(callsTo(server)), { server, redirectUri, ...sandboxApp }),
  adapterOver: xAdapter,
  accessOver: xAccess,
  operations: {
    publish: 'POST /2/tweets',
    list: 'GET /2/users/:id/tweets',
    metrics: 'GET /2/tweets',
    revoke: 'POST /2/oauth2/revoke',
  },
  followUp: { kind: 'replies', publish: 'POST /2/tweets', list: 'GET /2/users/:id/tweets' },
  expired: 'renewed',
  tellsRetry: 'seconds',
  urlPattern: /\/alice\/status\/\d+$/,
});

const accountOf = (tokens: object = { accessToken: 'a1' }) =>
  keptAccount({ server: 'https://x.com', accountId: '7', accountName: '@ada', secret: JSON.stringify(tokens) });
const publication = { text: 'Hello', handle: 'h' };
const attemptedAt = new Date('2030-01-01T12:00:00Z');

async function against<Outcome>(
  answers: readonly Answer[],
  act: (adapter: ReturnType<typeof xAdapter>) => Promise<Outcome>,
) {
  const left = [...answers];
  const server = await scriptedServer(() => (left.length > 1 ? left.shift() : left[0]) ?? {});
  const outcome = await act(xAdapter(callsTo(server.url)));
  await server.stop();
  return { outcome, requests: server.requests };
}

const publishTo = (...answers: Answer[]) =>
  against(answers, (adapter) => adapter.publish(accountOf().account, publication));

describe('X: the call', () => {
  // https://docs.x.com/x-api/posts/create-post
  test('has the text, and gives the address by name and id', async () => {
    const { outcome, requests } = await publishTo({ status: 201, body: { data: { id: '199', text: 'Hello' } } });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      platformPostId: '199',
      url: expect.stringMatching(/\/ada\/status\/199$/),
    });
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/2/tweets', headers: { authorization: 'Bearer a1' } });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ text: 'Hello' });
  });

  test.each([{ data: { text: 'Hello' } }, { data: { id: '../1' } }, '<html>', ''])(
    'does not know what came of a success with %j',
    async (body) => {
      expect((await publishTo({ status: 201, body })).outcome).toMatchObject({ kind: 'unknown' });
    },
  );
});

/** https://docs.x.com/x-api/fundamentals/response-codes-and-errors */
const problem = (status: number, detail: string, type = 'about:blank'): Answer => ({
  status,
  body: { title: 'No', detail, type, status },
});
// As reported at https://github.com/akrherz/iembot/issues/163
const duplicate = problem(403, 'You are not allowed to create a Tweet with duplicate content.');
const problems = 'https://api.twitter.com/2/problems/';

describe('X: refusals', () => {
  test.each([
    [401, 'Unauthorized', undefined, 'reconnect', '401'],
    [403, 'Authenticating with OAuth 2.0 Application-Only is forbidden', 'unsupported-authentication', 'reconnect', ''],
    [403, 'You are not permitted to perform this action.', undefined, 'account_restricted', '403'],
    [403, 'When authenticating requests, use keys of a Project', 'client-forbidden', 'account_restricted', ''],
    [403, 'Reply to this conversation is not allowed', undefined, 'content_rejected', '403'],
    [403, 'Your Tweet text is too long.', undefined, 'content_rejected', '403'],
    [400, 'One or more parameters to your request was invalid.', 'invalid-request', 'content_rejected', ''],
    [402, 'Your enrolled account does not have any credits', undefined, 'rate_limited', '402'],
    [403, 'Your client app has exceeded its usage cap', 'usage-capped', 'rate_limited', ''],
    [404, 'Not found', 'resource-not-found', 'target_gone', ''],
  ])('understands %i %j of type %s as %s', async (status, detail, type, kind, code) => {
    const { outcome } = await publishTo(problem(status, detail, type && problems + type));
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind, platformCode: code || type, message: detail },
    });
  });

  test('understands a list of errors', async () => {
    const { outcome } = await publishTo({
      status: 429,
      body: { errors: [{ code: 88, message: 'Rate limit exceeded' }] },
    });
    expect(outcome).toMatchObject({
      refusal: { kind: 'rate_limited', platformCode: '88', message: 'Rate limit exceeded' },
    });
  });

  // https://docs.x.com/x-api/fundamentals/rate-limits
  test('end when X says', async () => {
    const reset = Math.floor(Date.now() / 1000) + 300;
    const { outcome } = await publishTo({ status: 429, headers: { 'x-rate-limit-reset': String(reset) }, body: {} });
    expect(outcome).toMatchObject({ refusal: { kind: 'rate_limited', retryAt: new Date(reset * 1000) } });
  });

  test.each([408, 500, 503])('does not know what came of status %i', async (status) => {
    expect((await publishTo({ status, body: '<html>' })).outcome).toMatchObject({ kind: 'unknown' });
  });
});

describe('X: a duplicate', () => {
  const listed = { id: '200', text: 'Hello', created_at: '2030-01-01T12:00:01.000Z' };
  const publishAgain = (...answers: Answer[]) =>
    against(answers, (adapter) => adapter.publish(accountOf().account, { ...publication, attemptedAt }));

  test('is a text that was posted before, where no attempt is open', async () => {
    const { outcome, requests } = await publishTo(duplicate);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
    expect(requests).toHaveLength(1);
  });

  test('is the open attempt’s post when that is listed', async () => {
    const { outcome } = await publishAgain(duplicate, { body: { data: [listed] } });
    expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: '200' });
  });

  test.each([{ body: { meta: { result_count: 0 } } }, problem(500, 'No'), 'drop' as const])(
    'is in doubt when it is not: %j',
    async (answer) => {
      expect((await publishAgain(duplicate, answer)).outcome).toMatchObject({ kind: 'unknown' });
    },
  );
});

describe('X: reconciling by the posts of the account', () => {
  const listed = (changes: object = {}) => ({
    id: '200',
    text: 'Hello',
    created_at: '2030-01-01T12:00:01.000Z',
    ...changes,
  });
  const reconcile = (text: string, body: object) =>
    against([{ body }], (adapter) => adapter.reconcile(accountOf().account, { text, handle: 'h', attemptedAt }));

  // https://docs.x.com/x-api/users/get-posts
  test('asks for those since the attempt only', async () => {
    const { outcome, requests } = await reconcile('Hello', { data: [listed()] });
    expect(outcome).toMatchObject({ kind: 'published', platformPostId: '200' });
    const url = new URL(requests[0]?.path ?? '', 'http://x');
    expect(url.pathname).toBe('/2/users/7/tweets');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      start_time: '2030-01-01T11:59:00Z',
      exclude: 'retweets',
      max_results: '100',
      'tweet.fields': 'attachments,created_at,entities,note_tweet,referenced_tweets',
    });
  });

  const urls = [{ url: 'https://t.co/abc', expanded_url: 'https://example.com/a?b=c&d=e' }];
  test.each([
    ['https://example.com/a?b=c&d=e', { text: 'https://t.co/abc', entities: { urls } }],
    ['See example.com/a?b=c&d=e.', { text: 'See https://t.co/abc.', entities: { urls } }],
    ['1 < 2 & 3 > 2', { text: '1 &lt; 2 &amp; 3 &gt; 2' }],
    ['&lt;', { text: '&amp;lt;' }],
    [
      'A long text https://example.com/a?b=c&d=e',
      {
        text: 'A long…',
        note_tweet: { text: 'A long text https://t.co/abc', entities: { urls } },
      },
    ],
  ])('knows %j as it is shown', async (text, changes) => {
    expect((await reconcile(text, { data: [listed(changes)] })).outcome).toMatchObject({ kind: 'published' });
  });

  test.each([
    ['made before the attempt', 'Hello', { created_at: '2030-01-01T11:58:00.000Z' }],
    ['with another text', 'Hello', { text: 'Hello?' }],
    ['with another link', 'https://example.com/b', { text: 'https://t.co/abc', entities: { urls } }],
  ])('does not take a post %s for ours', async (_, text, changes) => {
    expect((await reconcile(text, { data: [listed(changes)], meta: { result_count: 1 } })).outcome).toEqual({
      kind: 'absent',
    });
  });

  test('does not know when there are more', async () => {
    const { outcome } = await reconcile('Hello', { data: [listed({ text: 'Other' })], meta: { next_token: 'n' } });
    expect(outcome).toMatchObject({ kind: 'unknown' });
  });
});

describe('X: figures', () => {
  // https://docs.x.com/x-api/posts/get-posts-by-ids
  test('come for a hundred posts a call; those that are gone are errors', async () => {
    const ids = Array.from({ length: 101 }, (_, place) => String(place + 1));
    const server = await scriptedServer(({ path }) => {
      const asked = new URL(path, 'http://x').searchParams.get('ids')?.split(',') ?? [];
      const data = asked.map((id) => ({ id, public_metrics: { like_count: asked.length } }));
      return { body: { data: data.slice(1), errors: [{ resource_id: asked[0], title: 'Not Found Error' }] } };
    });
    const figures = await xAdapter(callsTo(server.url)).readMetrics(accountOf().account, [...ids, 'x']);
    expect(figures.size).toBe(99);
    expect(figures.get('2')).toEqual({ likes: 100, reposts: null, replies: null });
    expect(server.requests).toHaveLength(2);
    await server.stop();
  });
});

describe('X: tokens', () => {
  const later = { accessToken: 'a1', refreshToken: 'r1', expiresAt: '2000-01-01T00:00:00.000Z' };

  // https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
  test('are renewed ahead of their end, by a confidential client, and used up once', async () => {
    const { account, saved } = accountOf(later);
    const answers = [
      {
        body: { token_type: 'bearer', access_token: 'a2', refresh_token: 'r2', expires_in: 7200, scope: 'tweet.read' },
      },
      { status: 201, body: { data: { id: '1' } } },
    ];
    const { outcome, requests } = await against(answers, (adapter) => adapter.publish(account, publication));
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const basic = `Basic ${Buffer.from(`${sandboxApp.clientId}:${sandboxApp.clientSecret}`).toString('base64')}`;
    expect(requests[0]).toMatchObject({ path: '/2/oauth2/token', headers: { authorization: basic } });
    expect(requests[0]?.body).toBe('grant_type=refresh_token&refresh_token=r1');
    expect(requests[1]?.headers.authorization).toBe('Bearer a2');
    expect(JSON.parse(saved[0] ?? '')).toMatchObject({ accessToken: 'a2', refreshToken: 'r2' });
    expect(account.secret).toBe(saved[0]);
  });

  test('that come without a new refresh token keep the old one', async () => {
    const { account, saved } = accountOf(later);
    await against([{ body: { access_token: 'a2', expires_in: 7200 } }], (adapter) =>
      adapter.publish(account, publication),
    );
    expect(JSON.parse(saved[0] ?? '')).toMatchObject({ refreshToken: 'r1' });
  });

  test('that are not renewed are lost', async () => {
    const { account, saved } = accountOf(later);
    const refusal = { status: 400, body: { error: 'invalid_request', error_description: 'Token was invalid.' } };
    const { outcome } = await against([refusal], (adapter) => adapter.publish(account, publication));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect', platformCode: 'invalid_request' } });
    expect(saved).toEqual([]);
  });

  test('are both revoked', async () => {
    const server = await scriptedServer(() => ({ body: { revoked: true } }));
    await xAccess(callsTo(server.url)).revoke(accountOf(later).account);
    expect(server.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/2/oauth2/revoke', 'token=r1&token_type_hint=refresh_token'],
      ['/2/oauth2/revoke', 'token=a1&token_type_hint=access_token'],
    ]);
    await server.stop();
  });
});
