import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { threadsAdapter } from '../../../functions/platforms/threads/adapter.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startThreads } from '../../../local/platforms/threads/start-threads.ts';
import { callsTo, connectThreads, keptAccount, neverRenewed, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { publishOnce } from '../suite/adapter-case.ts';

// Shapes: https://developers.facebook.com/docs/threads/retrieve-and-manage-replies/create-replies, /replies-and-conversations
// and /docs/threads/reference/user

const picture = { url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg' } as const;
const video = { url: 'https://cdn.example.com/a.mp4', type: 'video/mp4' } as const;
const reply = { text: 'Hello', handle: 'h', replyTo: { platformPostId: '98', rootId: '97' } };
const now = new Date('2030-01-01T12:00:00Z');

let stop = async () => {};
afterEach(() => stop());

/** An adapter on a server that answers each path with what the test says; paths without the version and the query. */
async function adapterOn(answers: Record<string, Answer>) {
  const server = await scriptedServer(
    ({ path }) => answers[path.replace('/v1.0/', '').split('?')[0] ?? ''] ?? { status: 404, body: {} },
  );
  stop = server.stop;
  const adapter = threadsAdapter({ ...callsTo(server.url), now: () => now });
  const account = {
    server: server.url,
    accountId: '7',
    accountName: '@ada',
    secret: JSON.stringify({ accessToken: 't', expiresAt: '2030-02-01T00:00:00Z' }),
    renewSecret: neverRenewed,
  };
  return { adapter, account, requests: server.requests };
}

const graphError = (code: number, error_subcode?: number, status = 400): Answer => ({
  status,
  body: { error: { message: 'No', type: 'OAuthException', code, error_subcode, fbtrace_id: 'x' } },
});
const notFound = graphError(24, 4279009);
const gone = graphError(100, 33);

describe('Threads: the container of a reply', () => {
  const overrides = {
    threads: { replyControl: 'mentioned_only' as const, topicTag: 'News', linkAttachment: 'https://example.com/' },
  };
  const fieldsOf = (body = '') => {
    const { access_token: _, ...fields } = Object.fromEntries(new URLSearchParams(body));
    return fields;
  };

  test.each([
    ['a text', {}, { media_type: 'TEXT', text: 'Hello', reply_to_id: '98' }],
    [
      'a picture',
      { media: [picture] },
      { media_type: 'IMAGE', image_url: picture.url, text: 'Hello', reply_to_id: '98' },
    ],
    [
      'a carousel',
      { media: [picture, picture], prepared: '{"parts":["1","2"]}' },
      { media_type: 'CAROUSEL', children: '1,2', text: 'Hello', reply_to_id: '98' },
    ],
    [
      'a part of a carousel',
      { media: [picture, picture] },
      { media_type: 'IMAGE', image_url: picture.url, is_carousel_item: 'true' },
    ],
  ])('names the post it answers, and leaves the wishes to the first post: %s', async (_, changes, fields) => {
    const { adapter, account, requests } = await adapterOn({ '7/threads': { body: { id: '42' } } });
    expect(await adapter.prepare(account, { ...reply, overrides, ...changes })).toMatchObject({ kind: 'ready' });
    expect(fieldsOf(requests[0]?.body)).toEqual(fields);
  });

  test.each([
    ['not found, though the post is there', notFound, { body: { id: '98' } }, 'retry_later'],
    ['not found, as the post is gone', notFound, gone, 'target_gone'],
    ['gone, though the post is there', gone, { body: { id: '98' } }, 'retry_later'],
    ['gone, as the post is', gone, gone, 'target_gone'],
    ['not found, and nothing is told of the post', notFound, graphError(2, undefined, 500), 'retry_later'],
    ['not found, and nothing can be read of the post', notFound, '<html>', 'retry_later'],
  ])('is refused: %s', async (_, answer, post, kind) => {
    const { adapter, account } = await adapterOn({
      '7/threads': answer,
      '98': typeof post === 'string' ? { body: post } : post,
    });
    expect(await adapter.prepare(account, reply)).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test.each([
    [graphError(10, undefined, 403), 'reconnect'],
    [graphError(100), 'content_rejected'],
    [graphError(4, undefined, 403), 'rate_limited'],
  ])('is refused for what is no matter of the post: %o', async (answer, kind) => {
    const { adapter, account, requests } = await adapterOn({ '7/threads': answer });
    expect(await adapter.prepare(account, reply)).toMatchObject({ kind: 'refused', refusal: { kind } });
    expect(requests).toHaveLength(1);
  });
});

// https://github.com/gitroomhq/postiz-app/issues/1441
describe('Threads: a reply with a video', () => {
  const withVideo = { ...reply, media: [video] };
  const finished = { '42': { body: { id: '42', status: 'FINISHED' } } };

  test('waits once Threads is done with it', async () => {
    const { adapter, account } = await adapterOn({ '7/threads': { body: { id: '42' } }, ...finished });
    const made = await adapter.prepare(account, withVideo);
    const prepared = 'handle' in made ? made.handle : undefined;
    expect(await adapter.checkReady(account, { ...withVideo, prepared })).toEqual({ kind: 'wait', seconds: 40 });
    const earlier = `42@${now.getTime() - 40_000}`;
    expect(await adapter.checkReady(account, { ...withVideo, prepared: earlier })).toEqual({ kind: 'ready' });
  });

  test('is published and looked for by its container', async () => {
    const { adapter, account, requests } = await adapterOn({
      '7/threads_publish': { body: { id: '99' } },
      ...finished,
    });
    const prepared = `42@${now.getTime()}`;
    expect(await adapter.publish(account, { ...withVideo, prepared })).toMatchObject({ kind: 'accepted' });
    expect(requests[0]?.body).toContain('creation_id=42&');
    expect(await adapter.reconcile(account, { ...withVideo, prepared, attemptedAt: now })).toEqual({ kind: 'absent' });
  });

  test.each([
    ['a picture in a reply', { ...reply, media: [picture] }],
    ['a video of a post', { ...withVideo, replyTo: undefined }],
  ])('only: %s is ready at once', async (_, publication) => {
    const { adapter, account } = await adapterOn({ '7/threads': { body: { id: '42' } }, ...finished });
    expect(await adapter.prepare(account, publication)).toEqual({ kind: 'ready', handle: '42' });
    expect(await adapter.checkReady(account, { ...publication, prepared: '42' })).toEqual({ kind: 'ready' });
  });
});

describe('Threads: reconciling a reply', () => {
  const attempt = { ...reply, prepared: '42', attemptedAt: now };
  const published = { body: { id: '42', status: 'PUBLISHED' } };
  const listed = (changes: object = {}) => ({
    id: '99',
    text: 'Hello',
    timestamp: '2030-01-01T12:00:01+0000',
    permalink: 'https://www.threads.net/@ada/post/C1',
    replied_to: { id: '98' },
    ...changes,
  });
  const reconcileWith = async (...data: object[]) => {
    const { adapter, account, requests } = await adapterOn({ '42': published, '7/replies': { body: { data } } });
    return { found: await adapter.reconcile(account, attempt), requests };
  };

  test('looks among the replies for what answers the same post', async () => {
    const { found, requests } = await reconcileWith(listed({ id: '1', replied_to: { id: '97' } }), listed());
    expect(found).toEqual({
      kind: 'published',
      platformPostId: '99',
      url: 'https://www.threads.net/@ada/post/C1',
    });
    const { pathname, searchParams } = new URL(requests[1]?.path ?? '', 'http://x');
    expect(pathname).toBe('/v1.0/7/replies');
    expect(searchParams.get('fields')).toBe('id,text,timestamp,permalink,replied_to');
    expect(searchParams.get('since')).toBe(String(now.getTime() / 1000 - 60));
  });

  test.each([
    ['to another post', listed({ replied_to: { id: '97' } })],
    ['to nobody knows what', listed({ replied_to: undefined })],
    ['with another text', listed({ text: 'Hello?' })],
  ])('does not take a reply %s for ours', async (_, other) => {
    expect((await reconcileWith(other)).found).toMatchObject({ kind: 'unknown' });
  });

  // https://developers.facebook.com/docs/threads/retrieve-and-manage-replies (permissions)
  test('knows nothing where the account has not granted to read replies', async () => {
    const { adapter, account } = await adapterOn({ '42': published, '7/replies': graphError(10, undefined, 403) });
    expect(await adapter.reconcile(account, attempt)).toMatchObject({ kind: 'unknown' });
  });
});

describe('Threads: a thread on the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startThreads();
  });
  afterAll(() => sandbox.stop());

  test('whose parts say the same is found part by part', async () => {
    const adapter = threadsAdapter(callsTo(sandbox.url));
    const alice = keptAccount(await connectThreads(sandbox.url)).account;
    const control = sandboxControl(sandbox.url);
    const part = { text: 'Hello', handle: 'h' };
    const began = { attemptedAt: new Date() };

    const first = await publishOnce(adapter, alice, part);
    const platformPostId = first.outcome.kind === 'accepted' ? first.outcome.platformPostId : '';
    await control.fail({ operation: 'POST /v1.0/:user/threads_publish', kind: 'drop_after' });
    const second = { ...part, replyTo: { platformPostId, rootId: platformPostId } };
    const { outcome, publication } = await publishOnce(adapter, alice, second);
    expect(outcome).toMatchObject({ kind: 'unknown' });

    expect(await control.posts()).toMatchObject([{ text: 'Hello', replyTo: platformPostId }, { replyTo: null }]);
    const found = await adapter.reconcile(alice, { ...second, prepared: publication.prepared, ...began });
    expect(found).toMatchObject({ kind: 'published', platformPostId: expect.not.stringMatching(platformPostId) });
    const post = { ...first.publication, ...began };
    expect(await adapter.reconcile(alice, post)).toMatchObject({ kind: 'published', platformPostId });
  });

  test('of somebody else may not be answered', async () => {
    const adapter = threadsAdapter(callsTo(sandbox.url));
    const [alice, bob] = await Promise.all([connectThreads(sandbox.url), connectThreads(sandbox.url, 'bob')]);
    const { outcome } = await publishOnce(adapter, keptAccount(alice).account, { text: 'Mine', handle: 'h' });
    const platformPostId = outcome.kind === 'accepted' ? outcome.platformPostId : '';
    const prepared = await adapter.prepare(keptAccount(bob).account, {
      text: 'Yours',
      handle: 'h',
      replyTo: { platformPostId, rootId: platformPostId },
    });
    expect(prepared).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect', platformCode: '10' } });
  });
});
