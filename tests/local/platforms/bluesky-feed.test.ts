import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { blueskySandbox, post, rkey, Written } from './bluesky-client.ts';

async function postedByAlice() {
  const sandbox = await blueskySandbox();
  const alice = await sandbox.signIn();
  const bob = await sandbox.signIn('bob.test');
  const { uri, cid } = Written.parse((await sandbox.put(alice, post({ text: 'root' }))).body);
  const read = (nsid: string, query: Record<string, string>) => sandbox.query(nsid, query, alice.accessJwt);
  const counts = () => read('app.bsky.feed.getPosts', { uris: uri });
  return { ...sandbox, alice, bob, subject: { uri, cid }, read, counts };
}

const createdAt = '2026-11-22T11:00:00.000Z';

describe('app.bsky.feed.getPosts', () => {
  test('counts likes, reposts, replies and quotes, until they are taken back', async () => {
    const { bob, subject, create, counts, procedure } = await postedByAlice();
    const like = { $type: 'app.bsky.feed.like', subject, createdAt };
    const liked = await create(bob, like, { collection: 'app.bsky.feed.like' });
    await create(bob, { ...like, $type: 'app.bsky.feed.repost' }, { collection: 'app.bsky.feed.repost' });
    await create(bob, post({ text: 'reply', reply: { root: subject, parent: subject } }));
    await create(bob, post({ text: 'quote', embed: { $type: 'app.bsky.embed.record', record: subject } }));
    const figures = { likeCount: 1, repostCount: 1, replyCount: 1, quoteCount: 1 };
    expect(await counts()).toMatchObject({
      status: 200,
      body: { posts: [{ ...subject, ...figures, author: { handle: 'alice.test' }, record: { text: 'root' } }] },
    });
    const [collection, key] = Written.parse(liked.body).uri.split('/').slice(-2);
    await procedure('com.atproto.repo.deleteRecord', {
      token: bob.accessJwt,
      json: { repo: bob.did, collection, rkey: key },
    });
    expect(await counts()).toMatchObject({ body: { posts: [{ ...figures, likeCount: 0 }] } });
  });

  test('gives the figures the sandbox is told', async () => {
    const { subject, control, counts } = await postedByAlice();
    expect((await control('POST', '/engagement', { uri: subject.uri, likes: 5, replies: 2 })).status).toBe(204);
    expect(await counts()).toMatchObject({ body: { posts: [{ likeCount: 5, repostCount: 0, replyCount: 2 }] } });
  });

  test('leaves out what is not there and takes 25 at once', async () => {
    const { alice, subject, query } = await postedByAlice();
    const get = (uris: string[]) =>
      query(
        'app.bsky.feed.getPosts',
        uris.map((uri) => ['uris', uri]),
        alice.accessJwt,
      );
    const missing = `${subject.uri.slice(0, -1)}z`;
    expect(await get([missing, subject.uri])).toMatchObject({ status: 200, body: { posts: [{ uri: subject.uri }] } });
    expect(await get(Array(26).fill(subject.uri))).toMatchObject({ status: 400 });
    expect(await get([])).toMatchObject({ status: 400 });
    expect(await query('app.bsky.feed.getPosts', { uris: subject.uri })).toMatchObject({ status: 401 });
  });
});

test('app.bsky.feed.getPostThread gives what is above and below', async () => {
  const { bob, subject, create, read } = await postedByAlice();
  const reply = Written.parse(
    (await create(bob, post({ text: 'reply', reply: { root: subject, parent: subject } }))).body,
  );
  expect(await read('app.bsky.feed.getPostThread', { uri: subject.uri })).toMatchObject({
    status: 200,
    body: {
      thread: { post: { uri: subject.uri }, replies: [{ post: { uri: reply.uri, author: { handle: 'bob.test' } } }] },
    },
  });
  expect(await read('app.bsky.feed.getPostThread', { uri: reply.uri })).toMatchObject({
    body: { thread: { parent: { post: { uri: subject.uri } }, replies: [] } },
  });
  expect(await read('app.bsky.feed.getPostThread', { uri: `${subject.uri}x` })).toMatchObject({
    status: 400,
    body: { error: 'NotFound' },
  });
});

test('app.bsky.actor.getProfile tells handle, name and number of posts', async () => {
  const { alice, read } = await postedByAlice();
  const profile = { did: alice.did, handle: 'alice.test', displayName: 'alice', postsCount: 1 };
  expect(await read('app.bsky.actor.getProfile', { actor: alice.did })).toMatchObject({ status: 200, body: profile });
  expect(await read('app.bsky.actor.getProfile', { actor: 'zed.test' })).toMatchObject({ status: 400 });
});

describe('rate limits', () => {
  test('tell the tightest limit and refuse what is above it', async () => {
    const now = () => new Date('2030-01-01T00:00:30Z');
    const { signIn, create } = await blueskySandbox({ now, rateLimits: { writes: { limit: 5, windowSeconds: 3600 } } });
    const alice = await signIn();
    const first = await create(alice, post());
    expect(first.headers.get('RateLimit-Limit')).toBe('5');
    expect(first.headers.get('RateLimit-Remaining')).toBe('2');
    expect(first.headers.get('RateLimit-Reset')).toBe(String(Date.parse('2030-01-01T01:00:00Z') / 1000));
    expect(first.headers.get('RateLimit-Policy')).toBe('5;w=3600');
    const second = await create(alice, post());
    expect(second).toMatchObject({ status: 429, body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' } });
    expect(second.headers.get('RateLimit-Remaining')).toBe('0');
  });

  test('keep clients from signing in for every post', async () => {
    const { login } = await blueskySandbox({ rateLimits: { logins: { limit: 1, windowSeconds: 300 } } });
    expect((await login('alice.test')).status).toBe(200);
    expect((await login('alice.test')).status).toBe(429);
    expect((await login('bob.test')).status).toBe(200);
  });

  test('can be off', async () => {
    const { query } = await blueskySandbox({ rateLimits: 'off' });
    expect((await query('com.atproto.server.describeServer')).headers.get('RateLimit-Limit')).toBeNull();
  });
});

describe('faults', () => {
  test('are answered in the words of the protocol', async () => {
    const { control, login } = await blueskySandbox();
    const operation = 'com.atproto.server.createSession';
    await control('POST', '/faults', { kind: 'rate_limit', operation, retryAfterSeconds: 9 });
    const limited = await login('alice.test');
    expect(limited).toMatchObject({ status: 429, body: { error: 'RateLimitExceeded' } });
    expect(limited.headers.get('Retry-After')).toBe('9');
    await control('POST', '/faults', { kind: 'error', operation, status: 502 });
    expect(await login('alice.test')).toMatchObject({ status: 502, body: { error: 'UpstreamFailure' } });
  });

  test('a dropped putRecord is proved by getRecord, and putting it again makes no second post', async () => {
    const { signIn, control, put, query, posts } = await blueskySandbox();
    const alice = await signIn();
    const parts = { repo: alice.did, collection: 'app.bsky.feed.post', rkey };
    await control('POST', '/faults', { kind: 'drop_before', operation: 'com.atproto.repo.putRecord' });
    await expect(put(alice, post())).rejects.toThrow('fetch failed');
    expect(await query('com.atproto.repo.getRecord', parts)).toMatchObject({ status: 400 });
    await control('POST', '/faults', { kind: 'drop_after', operation: 'com.atproto.repo.putRecord' });
    await expect(put(alice, post())).rejects.toThrow('fetch failed');
    expect(await query('com.atproto.repo.getRecord', parts)).toMatchObject({ status: 200 });
    expect(Written.parse((await put(alice, post())).body).commit).toBeUndefined();
    expect((await posts()).map(({ arrivals }) => arrivals.length)).toEqual([2]);
  });
});

test('the state file keeps sessions, records and blobs over a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'bluesky.json');
  const before = await blueskySandbox({ file });
  const alice = await before.signIn();
  const { cid } = Written.parse((await before.put(alice, post())).body);
  await before.stop();

  const after = await blueskySandbox({ file });
  expect(Written.parse((await after.put(alice, post())).body)).toMatchObject({ cid });
  expect(await after.procedure('com.atproto.server.refreshSession', { token: alice.refreshJwt })).toMatchObject({
    status: 200,
    body: { did: alice.did },
  });
  expect(await after.posts()).toMatchObject([{ text: 'hi', arrivals: [expect.any(String), expect.any(String)] }]);
});
