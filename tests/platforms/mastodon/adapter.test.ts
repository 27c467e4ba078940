import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mastodonAccess } from '../../../functions/platforms/mastodon/access.ts';
import { mastodonAdapter } from '../../../functions/platforms/mastodon/adapter.ts';
import { startMastodon } from '../../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, connectMastodon, keptAccount, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { adapterSuite } from '../adapter-suite.ts';

adapterSuite('Mastodon', {
  start: () => startMastodon({ rateLimit: 'off' }),
  connect: connectMastodon,
  adapterOver: mastodonAdapter,
  accessOver: mastodonAccess,
  operations: {
    publish: 'POST /api/v1/statuses',
    list: 'GET /api/v1/accounts/:id/statuses',
    metrics: 'GET /api/v1/statuses/:id',
    revoke: 'POST /oauth/revoke',
  },
  followUp: { kind: 'replies', publish: 'POST /api/v1/statuses', list: 'GET /api/v1/accounts/:id/statuses' },
  expired: 'lost',
  tellsRetry: 'seconds',
  urlPattern: /\/@alice\/\d+$/,
});

const adapter = mastodonAdapter(calls);
const secret = JSON.stringify({ accessToken: 't', clientId: 'c', clientSecret: 's' });
const accountAt = (server: string) => ({
  server,
  accountId: '1',
  accountName: '@ada@social.example',
  secret,
  renewSecret: neverRenewed,
});

async function publishTo(answer: Answer) {
  const server = await scriptedServer(() => answer);
  const outcome = await adapter.publish(accountAt(server.url), { text: 'Hello', handle: 'h' });
  await server.stop();
  return { outcome, request: server.requests[0] };
}

describe('Mastodon: the call', () => {
  test('carries the handle as its idempotency key', async () => {
    const { request } = await publishTo({ body: { id: '1', uri: 'https://social.example/1' } });
    expect(request).toMatchObject({
      method: 'POST',
      path: '/api/v1/statuses',
      headers: { 'idempotency-key': 'h', authorization: 'Bearer t' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({ status: 'Hello', visibility: 'public' });
  });

  test('is told apart by due time and seed, and is the same for the same', () => {
    const dueAt = new Date('2030-01-01T00:00:00Z');
    expect(adapter.handleFor(dueAt, 'a')).toBe(adapter.handleFor(dueAt, 'a'));
    expect(adapter.handleFor(dueAt, 'a')).not.toBe(adapter.handleFor(dueAt, 'b'));
    expect(adapter.handleFor(dueAt, 'a')).not.toBe(adapter.handleFor(new Date(0), 'a'));
  });
});

describe('Mastodon: odd answers', () => {
  test('takes the address of the post’s object where it has no page', async () => {
    const { outcome } = await publishTo({ body: { id: '1', url: null, uri: 'https://social.example/1', extra: true } });
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: '1', url: 'https://social.example/1' });
  });

  test.each([
    ['no id', { uri: 'https://social.example/1' }],
    ['an address that is a script', { id: '1', uri: 'javascript:alert(1)' }],
    ['a scheduled status', { id: '1', scheduled_at: '2030-01-01T00:00:00Z' }],
    ['a page', '<html>It works</html>'],
    ['nothing', ''],
  ])('does not know what came of a success with %s', async (_, body) => {
    expect((await publishTo({ body })).outcome).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    [401, {}, 'reconnect'],
    [403, {}, 'account_restricted'],
    [403, { 'www-authenticate': 'Bearer realm="Doorkeeper", error="invalid_scope"' }, 'reconnect'],
    [404, {}, 'target_gone'],
    [410, {}, 'target_gone'],
    [301, { location: 'https://elsewhere.example' }, 'target_gone'],
    [405, {}, 'target_gone'],
    [400, {}, 'content_rejected'],
    [413, {}, 'content_rejected'],
    [422, {}, 'content_rejected'],
    [429, {}, 'rate_limited'],
  ])('understands status %i %o as %s', async (status, headers, kind) => {
    const { outcome } = await publishTo({ status, headers, body: { error: 'No' } });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode: String(status), message: 'No' } });
  });

  test.each([408, 500, 502, 503, 504])('does not know what came of status %i', async (status) => {
    expect((await publishTo({ status, body: 'down' })).outcome).toMatchObject({ kind: 'unknown' });
  });

  test('has words of its own where the server has none', async () => {
    const { outcome } = await publishTo({ status: 422, body: '{}' });
    expect(outcome).toMatchObject({ refusal: { message: 'Mastodon answered 422.' } });
  });

  test('counts figures that the server does not tell as not available', async () => {
    const server = await scriptedServer(() => ({ body: { id: '1', favourites_count: 2 } }));
    const figures = await adapter.readMetrics(accountAt(server.url), ['1']);
    expect(figures.get('1')).toEqual({ likes: 2, reposts: null, replies: null });
    await server.stop();
  });

  test('asks for no path that an id could lead to', async () => {
    const server = await scriptedServer(() => ({ status: 404 }));
    expect(await adapter.readMetrics(accountAt(server.url), ['../../oauth'])).toEqual(new Map());
    expect(server.requests[0]?.path).toBe('/api/v1/statuses/..%2F..%2Foauth');
    await server.stop();
  });
});

describe('Mastodon: reconciling by the account’s posts', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startMastodon({ rateLimit: 'off' });
  });
  afterAll(() => sandbox.stop());

  test.each([
    'One line',
    'Two\nlines\n\nand a paragraph  with spaces',
    'Links https://example.com/a?b=c&d=e#f and (https://example.com/x_(y)).',
    '@bob and @ada@elsewhere.example, <b>not bold</b> & "quoted" ’n 👩‍👩‍👧 #tag',
    '1 < 2 > 1 &amp; &lt;',
  ])('knows %j as it is shown', async (text) => {
    const { account } = keptAccount(await connectMastodon(sandbox.url));
    const attemptedAt = new Date();
    const handle = adapter.handleFor(attemptedAt, text);
    const outcome = await adapter.publish(account, { text, handle });
    expect(await adapter.reconcile(account, { text, handle, attemptedAt })).toEqual({ ...outcome, kind: 'published' });
    const other = { text: `${text}!`, handle, attemptedAt };
    expect(await adapter.reconcile(account, other)).toEqual({ kind: 'absent' });
  });

  const attemptedAt = new Date('2030-01-01T12:00:00Z');
  const listed = (place: number, changes: object = {}) => ({
    id: String(place),
    uri: `https://social.example/${place}`,
    content: '<p>Hello</p>',
    created_at: '2030-01-01T12:00:01.000Z',
    application: { name: 'ClientNest' },
    ...changes,
  });

  async function reconcileWith(body: unknown) {
    const server = await scriptedServer(() => ({ body }));
    const found = await adapter.reconcile(accountAt(server.url), { text: 'Hello', handle: 'h', attemptedAt });
    await server.stop();
    return found;
  }

  test.each([
    ['made before the attempt', { created_at: '2030-01-01T11:58:00.000Z' }],
    ['made with another application', { application: { name: 'Web' } }],
    ['with another text', { content: '<p>Hello?</p>' }],
  ])('does not take a post %s for ours', async (_, changes) => {
    expect(await reconcileWith([listed(1, changes)])).toEqual({ kind: 'absent' });
  });

  test('takes a post of a server that does not tell applications, by a clock that is late', async () => {
    const changes = { application: null, created_at: '2030-01-01T11:59:30.000Z' };
    expect(await reconcileWith([listed(1, changes)])).toMatchObject({ kind: 'published', platformPostId: '1' });
  });

  test('takes the first of two', async () => {
    expect(await reconcileWith([listed(2), listed(1)])).toMatchObject({ platformPostId: '1' });
  });

  test('does not know when the list ends after the attempt', async () => {
    const many = Array.from({ length: 40 }, (_, place) => listed(place, { content: '<p>Other</p>' }));
    expect(await reconcileWith(many)).toMatchObject({ kind: 'unknown' });
    const [newest, ...others] = many;
    const older = { ...listed(99, { content: '<p>Other</p>' }), created_at: '2029-12-31T00:00:00.000Z' };
    expect(newest && (await reconcileWith([...others, older]))).toEqual({ kind: 'absent' });
  });
});
