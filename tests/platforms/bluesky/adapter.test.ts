import { describe, expect, test } from 'vitest';
import { blueskyAccess } from '../../../functions/platforms/bluesky/access.ts';
import { blueskyAdapter } from '../../../functions/platforms/bluesky/adapter.ts';
import { tidTime } from '../../../functions/platforms/bluesky/tid.ts';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import { calls, connectBluesky, keptAccount } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { adapterSuite } from '../adapter-suite.ts';

adapterSuite('Bluesky', {
  start: () => startBluesky({ rateLimits: 'off' }),
  connect: connectBluesky,
  adapterOver: blueskyAdapter,
  accessOver: blueskyAccess,
  operations: {
    publish: 'com.atproto.repo.putRecord',
    list: 'com.atproto.repo.getRecord',
    metrics: 'app.bsky.feed.getPosts',
    revoke: 'com.atproto.server.deleteSession',
  },
  followUp: {
    kind: 'replies',
    prepare: 'com.atproto.repo.getRecord',
    publish: 'com.atproto.repo.putRecord',
    list: 'com.atproto.repo.getRecord',
  },
  expired: 'renewed',
  tellsRetry: 'seconds',
  urlPattern: /^https:\/\/bsky\.app\/profile\/did:plc:[a-z2-7]+\/post\/[a-z2-7]{13}$/,
});

const adapter = blueskyAdapter(calls);
const did = 'did:plc:ada';
const dueAt = new Date('2030-01-01T12:00:00.123Z');
const handle = adapter.handleFor(dueAt, 'seed');
const jwt = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
const seconds = () => Math.floor(Date.now() / 1000);

function accountAt(server: string, { accessJwt = 'opaque' } = {}) {
  const secret = JSON.stringify({ service: server, appPassword: 'p', accessJwt, refreshJwt: 'r1' });
  return keptAccount({ server, accountId: did, accountName: '@ada.test', secret });
}

const accepted = { body: { uri: `at://${did}/app.bsky.feed.post/${handle}`, cid: 'bafy', commit: {} } };
const refused = (status: number, error: string): Answer => ({ status, body: { error, message: 'No' } });
const tokens = (number: number) => ({ body: { accessJwt: `a${number}`, refreshJwt: `r${number}` } });
const method = (path: string) => path.split('/').at(-1)?.split('?')[0] ?? '';

/** A server that answers each method with the next of its answers; the last one repeats. */
async function serverOf(answers: Record<string, Answer[]>) {
  const left = new Map(Object.entries(answers).map(([name, list]) => [name, [...list]]));
  return scriptedServer(({ path }) => {
    const list = left.get(method(path)) ?? [];
    return (list.length > 1 ? list.shift() : list[0]) ?? refused(501, 'MethodNotImplemented');
  });
}

async function publish(answers: Record<string, Answer[]>, { text = 'Hello', accessJwt = 'opaque' } = {}) {
  const server = await serverOf(answers);
  const { account, saved } = accountAt(server.url, { accessJwt });
  const outcome = await adapter.publish(account, { text, handle });
  await server.stop();
  const asked = server.requests.map(({ path }) => method(path));
  const put = server.requests.findLast(({ path }) => method(path) === 'com.atproto.repo.putRecord');
  const secrets = saved.map((secret) => JSON.parse(secret));
  return { outcome, saved: secrets, asked, put, record: put && JSON.parse(put.body).record };
}

// https://docs.bsky.app/docs/api/com-atproto-repo-put-record; a PDS 0.4.217 answered so.
describe('Bluesky: a key where something is', () => {
  const taken = refused(400, 'InvalidSwap');
  const there = (text: string): Answer => ({ body: { ...accepted.body, value: { text } } });

  test('nothing is written over: the same record is taken again, another is refused', async () => {
    const { put } = await publish({ 'com.atproto.repo.putRecord': [accepted] });
    expect(JSON.parse(put?.body ?? '')).toMatchObject({ swapRecord: null });
  });

  test.each([
    ['our text is our post', there('Hello'), 'accepted'],
    ['another text may be another post', there('Something else'), 'unknown'],
    ['what went meanwhile is not known', refused(400, 'RecordNotFound'), 'unknown'],
  ])('%s', async (_, found, kind) => {
    const answers = { 'com.atproto.repo.putRecord': [taken], 'com.atproto.repo.getRecord': [found] };
    expect((await publish(answers)).outcome).toMatchObject({ kind });
  });

  test.each([
    ['Hello', 'published'],
    ['Something else', 'unknown'],
  ])('looked for, a record with the text %s is %s', async (text, kind) => {
    const server = await serverOf({ 'com.atproto.repo.getRecord': [there(text)] });
    const attempt = { text: 'Hello', handle, attemptedAt: dueAt };
    expect(await adapter.reconcile(accountAt(server.url).account, attempt)).toMatchObject({ kind });
    await server.stop();
  });
});

describe('Bluesky: the record', () => {
  test('goes to its key, dated by it', async () => {
    const { put, record } = await publish({ 'com.atproto.repo.putRecord': [accepted] });
    expect(JSON.parse(put?.body ?? '')).toMatchObject({ repo: did, collection: 'app.bsky.feed.post', rkey: handle });
    expect(record).toEqual({ $type: 'app.bsky.feed.post', text: 'Hello', createdAt: tidTime(handle).toISOString() });
  });

  test('mentions who can be found, and leaves others as text', async () => {
    const { record } = await publish(
      {
        'com.atproto.repo.putRecord': [accepted],
        'com.atproto.identity.resolveHandle': [{ body: { did: 'did:plc:bob' } }, refused(400, 'InvalidRequest')],
      },
      { text: 'Hi @bob.test @nobody.test' },
    );
    expect(record.facets).toEqual([
      {
        index: { byteStart: 3, byteEnd: 12 },
        features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:bob' }],
      },
    ]);
  });

  test.each([
    ['too many questions', refused(429, 'RateLimitExceeded'), 'rate_limited'],
    ['no answer', 'drop', 'retry_later'],
  ] as const)('waits where %s keep a mention from being found', async (_, answer, kind) => {
    const answers = { 'com.atproto.repo.putRecord': [accepted], 'com.atproto.identity.resolveHandle': [answer] };
    const { outcome, asked } = await publish(answers, { text: 'Hi @bob.test' });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind } });
    expect(asked).not.toContain('com.atproto.repo.putRecord');
  });

  test('has no half characters', async () => {
    const { record } = await publish({ 'com.atproto.repo.putRecord': [accepted] }, { text: 'a\ud800b' });
    expect(record.text).toBe('a\ufffdb');
  });
});

describe('Bluesky: the session', () => {
  const put = { 'com.atproto.repo.putRecord': [accepted] };

  test('is renewed ahead of its end, and saved before it is used', async () => {
    const answers = { ...put, 'com.atproto.server.refreshSession': [tokens(2)] };
    const { outcome, asked, saved, put: sent } = await publish(answers, { accessJwt: jwt(seconds() + 30) });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(asked).toEqual(['com.atproto.server.refreshSession', 'com.atproto.repo.putRecord']);
    expect(saved).toMatchObject([{ accessJwt: 'a2', refreshJwt: 'r2', appPassword: 'p' }]);
    expect(sent?.headers.authorization).toBe('Bearer a2');
  });

  test('is left alone while it is good', async () => {
    const { asked, saved } = await publish(put, { accessJwt: jwt(seconds() + 3600) });
    expect(asked).toEqual(['com.atproto.repo.putRecord']);
    expect(saved).toEqual([]);
  });

  test('is made anew where the refresh token is lost', async () => {
    const answers = {
      'com.atproto.repo.putRecord': [refused(400, 'ExpiredToken'), accepted],
      'com.atproto.server.refreshSession': [refused(400, 'ExpiredToken')],
      'com.atproto.server.createSession': [{ body: { ...tokens(3).body, did, handle: 'ada.test' } }],
    };
    const { outcome, saved } = await publish(answers);
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(saved).toMatchObject([{ accessJwt: 'a3', refreshJwt: 'r3' }]);
  });

  test('is lost when the app password is taken back', async () => {
    const answers = {
      'com.atproto.repo.putRecord': [refused(401, 'InvalidToken')],
      'com.atproto.server.refreshSession': [refused(401, 'InvalidToken')],
      'com.atproto.server.createSession': [refused(401, 'AuthenticationRequired')],
    };
    const { outcome, saved } = await publish(answers);
    expect(outcome).toMatchObject({ refusal: { kind: 'reconnect', platformCode: 'AuthenticationRequired' } });
    expect(saved).toEqual([]);
  });

  test('is not the session of another account', async () => {
    const answers = {
      'com.atproto.repo.putRecord': [refused(400, 'ExpiredToken')],
      'com.atproto.server.refreshSession': [refused(400, 'ExpiredToken')],
      'com.atproto.server.createSession': [{ body: { ...tokens(3).body, did: 'did:plc:eve', handle: 'ada.test' } }],
    };
    const { outcome, saved } = await publish(answers);
    expect(outcome).toMatchObject({ refusal: { kind: 'reconnect' } });
    expect(saved).toEqual([]);
  });

  test('is renewed once: a token that is refused again is lost', async () => {
    const answers = {
      'com.atproto.repo.putRecord': [refused(401, 'InvalidToken')],
      'com.atproto.server.refreshSession': [tokens(2)],
    };
    const { outcome, asked } = await publish(answers);
    expect(outcome).toMatchObject({ refusal: { kind: 'reconnect' } });
    expect(asked.filter((name) => name === 'com.atproto.repo.putRecord')).toHaveLength(2);
  });

  test.each([
    ['drop', 'retry_later'],
    [refused(503, 'NotEnoughResources'), 'retry_later'],
    [refused(429, 'RateLimitExceeded'), 'rate_limited'],
    [{ body: { accessJwt: 'only' } }, 'retry_later'],
  ] as const)('that can not be renewed for %o refuses for sure', async (answer, kind) => {
    const answers = { ...put, 'com.atproto.server.refreshSession': [answer] };
    const { outcome, asked } = await publish(answers, { accessJwt: jwt(0) });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind } });
    expect(asked).not.toContain('com.atproto.repo.putRecord');
  });
});

describe('Bluesky: odd answers', () => {
  const publishTo = async (answer: Answer) => (await publish({ 'com.atproto.repo.putRecord': [answer] })).outcome;

  test.each([
    ['another post', { uri: `at://${did}/app.bsky.feed.post/other`, cid: 'bafy' }],
    ['no address', { cid: 'bafy' }],
    ['a page', '<html>'],
  ])('does not know what came of a success with %s', async (_, body) => {
    expect(await publishTo({ body })).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    [400, 'InvalidRequest', 'content_rejected'],
    [400, 'InvalidRecord', 'content_rejected'],
    [413, 'PayloadTooLarge', 'content_rejected'],
    [400, 'AccountTakedown', 'account_restricted'],
    [403, 'Forbidden', 'account_restricted'],
    [400, 'RepoDeactivated', 'account_restricted'],
    [400, 'RateLimitExceeded', 'rate_limited'],
    [429, 'TooMany', 'rate_limited'],
    [404, 'XRPCNotSupported', 'target_gone'],
    [400, 'constructor', 'content_rejected'],
  ])('understands %i %s as %s', async (status, error, kind) => {
    expect(await publishTo(refused(status, error))).toMatchObject({
      kind: 'refused',
      refusal: { kind, platformCode: error, message: 'No' },
    });
  });

  test.each([refused(502, 'UpstreamFailure'), refused(500, 'InternalServerError'), { status: 504, body: '<html>' }])(
    'does not know what came of %o',
    async (answer) => {
      expect(await publishTo(answer)).toMatchObject({ kind: 'unknown' });
    },
  );

  test('counts figures that the server does not tell as not available, 25 posts a question', async () => {
    const uris = Array.from({ length: 26 }, (_, place) => `at://${did}/app.bsky.feed.post/${place}`);
    const server = await scriptedServer(({ path }) => {
      const asked = new URL(path, 'http://x').searchParams.getAll('uris');
      return { body: { posts: asked.map((uri) => ({ uri, likeCount: asked.length })) } };
    });
    const figures = await adapter.readMetrics(accountAt(server.url).account, uris);
    expect(figures.size).toBe(26);
    expect(figures.get(uris[0] ?? '')).toEqual({ likes: 25, reposts: null, replies: null });
    expect(figures.get(uris[25] ?? '')).toEqual({ likes: 1, reposts: null, replies: null });
    await server.stop();
  });

  test('looks for a record without a session', async () => {
    const server = await scriptedServer(() => ({
      body: { uri: `at://${did}/app.bsky.feed.post/${handle}`, cid: 'b', value: { text: 'Hello' } },
    }));
    const found = await adapter.reconcile(accountAt(server.url).account, { text: 'Hello', handle, attemptedAt: dueAt });
    expect(found).toMatchObject({ kind: 'published', url: `https://bsky.app/profile/${did}/post/${handle}` });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
    await server.stop();
  });
});
