import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { blueskyAdapter } from '../../../functions/platforms/bluesky/adapter.ts';
import { tidTime } from '../../../functions/platforms/bluesky/tid.ts';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, connectBluesky, keptAccount } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { publishOnce } from '../suite/adapter-case.ts';

const adapter = blueskyAdapter(calls);
const did = 'did:plc:ada';
const dueAt = new Date('2030-01-01T12:00:00.123Z');
const uriOf = (rkey: string) => `at://${did}/app.bsky.feed.post/${rkey}`;
const handle = adapter.handleFor(dueAt, 'reply');
const keyedAt = tidTime(handle);
const post = { text: 'More', handle, replyTo: { platformPostId: uriOf('parent'), rootId: uriOf('root') } };
const root = { uri: uriOf('root'), cid: 'bafyroot' };
const parent = { uri: uriOf('parent'), cid: 'bafyparent' };

// https://docs.bsky.app/docs/api/com-atproto-repo-get-record
const record = (value: object = {}) => ({ body: { ...parent, value: { text: 'Hello', ...value } } });
const refused = (status: number, error: string): Answer => ({ status, body: { error, message: 'No' } });

async function withServer(...answers: Answer[]) {
  const server = await scriptedServer(({ path }) => {
    if (path.includes('getRecord')) return (answers.length > 1 ? answers.shift() : answers[0]) ?? 'drop';
    return { body: { uri: uriOf(handle), cid: 'bafy' } };
  });
  const secret = JSON.stringify({ service: server.url, appPassword: 'p', accessJwt: 'opaque', refreshJwt: 'r1' });
  const { account } = keptAccount({ server: server.url, accountId: did, accountName: '@ada.test', secret });
  const puts = () =>
    server.requests.flatMap(({ path, body }) => (path.endsWith('putRecord') ? [JSON.parse(body)] : []));
  return { ...server, account, puts };
}

describe('Bluesky: the record of a reply', () => {
  // https://docs.bsky.app/docs/advanced-guides/posts#replies: the root is the one that the parent names.
  test('names the post that it answers and the root of the thread, in the versions that are there', async () => {
    const { account, puts, requests, stop } = await withServer(record({ reply: { root, parent: root } }));
    const { outcome } = await publishOnce(adapter, account, post);
    await stop();
    expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: uriOf(handle) });
    expect(new URL(requests[0]?.path ?? '', 'http://x').searchParams.toString()).toBe(
      new URLSearchParams({ repo: did, collection: 'app.bsky.feed.post', rkey: 'parent' }).toString(),
    );
    expect(requests[0]?.headers.authorization).toBeUndefined();
    expect(puts()).toMatchObject([{ repo: did, rkey: handle }]);
    expect(puts()[0].record).toEqual({
      $type: 'app.bsky.feed.post',
      text: 'More',
      createdAt: keyedAt.toISOString(),
      reply: { root, parent },
    });
  });

  test('has the post itself for root when that is no reply', async () => {
    const { account, puts, stop } = await withServer(record());
    await publishOnce(adapter, account, post);
    await stop();
    expect(puts()[0].record.reply).toEqual({ root: parent, parent });
  });

  test.each([
    [dueAt.toISOString(), '2030-01-01T12:00:00.124Z'],
    ['2030-01-01T12:00:00+01:00', keyedAt.toISOString()],
    ['soon', keyedAt.toISOString()],
  ])('is dated after the post that it answers (%s)', async (createdAt, dated) => {
    const { account, puts, stop } = await withServer(record({ createdAt }));
    await publishOnce(adapter, account, post);
    await stop();
    expect(puts()[0].record.createdAt).toBe(dated);
  });

  test('is the same when it is sent again, whatever has become of the post meanwhile', async () => {
    const edited = { body: { ...parent, cid: 'bafyedited', value: { createdAt: '2031-01-01T00:00:00Z' } } };
    const { account, puts, stop } = await withServer(record(), edited);
    const { publication } = await publishOnce(adapter, account, post);
    await adapter.publish(account, publication);
    await stop();
    const [first, second] = puts();
    expect(second).toEqual(first);
    expect(first.record.reply.parent).toEqual(parent);
  });

  test('is never written without what it answers', async () => {
    const { account, requests, stop } = await withServer(record());
    await expect(adapter.publish(account, post)).rejects.toThrow('not prepared');
    await stop();
    expect(requests.map(({ path }) => path)).not.toContain('/xrpc/com.atproto.repo.putRecord');
  });
});

describe('Bluesky: what a reply answers', () => {
  test.each([
    // https://github.com/bluesky-social/atproto/blob/main/lexicons/com/atproto/repo/getRecord.json
    [refused(400, 'RecordNotFound'), 'target_gone'],
    [refused(400, 'InvalidRequest'), 'target_gone'],
    [refused(400, 'RepoNotFound'), 'target_gone'],
    [refused(400, 'RepoDeactivated'), 'account_restricted'],
    [refused(429, 'RateLimitExceeded'), 'rate_limited'],
    [refused(500, 'InternalServerError'), 'retry_later'],
    [{ status: 400, body: '{"error":"Recor' }, 'retry_later'],
    [{ status: 404, body: '<html>' }, 'retry_later'],
    [{ body: { uri: parent.uri } }, 'retry_later'],
    ['drop', 'retry_later'],
  ] as const)('keeps it back after %o, as %s', async (answer, kind) => {
    const { account, puts, stop } = await withServer(answer);
    expect(await adapter.prepare(account, post)).toMatchObject({ kind: 'refused', refusal: { kind } });
    await stop();
    expect(puts()).toEqual([]);
  });
});

const Posts = z.object({ items: z.array(z.looseObject({ id: z.string(), cid: z.string(), record: z.unknown() })) });

describe('Bluesky: a thread', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startBluesky({ rateLimits: 'off' });
  });
  afterAll(() => sandbox.stop());

  test('hangs together with its files, all of it under the first post', async () => {
    const { account } = keptAccount(await connectBluesky(sandbox.url));
    const media = [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg' as const, altText: 'A pixel' }];
    const ids: string[] = [];
    for (const part of [0, 1, 2]) {
      const [rootId] = ids;
      const replyTo = rootId === undefined ? undefined : { platformPostId: ids.at(-1) ?? '', rootId };
      const wanted = { text: 'Same', media, handle: adapter.handleFor(dueAt, `part ${part}`), replyTo };
      const { outcome, publication } = await publishOnce(adapter, account, wanted);
      expect(await adapter.publish(account, publication)).toEqual(outcome);
      ids.push(outcome.kind === 'accepted' ? outcome.platformPostId : '');
    }
    const { items } = Posts.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).json());
    const ref = (id = '') => ({ uri: id, cid: items.find((item) => item.id === id)?.cid });
    const embed = { $type: 'app.bsky.embed.images' };
    expect(items.map(({ record }) => record)).toMatchObject([
      { reply: { root: ref(ids[0]), parent: ref(ids[1]) }, embed },
      { reply: { root: ref(ids[0]), parent: ref(ids[0]) }, embed },
      { embed },
    ]);
    const dates = items.map(({ record }) => z.object({ createdAt: z.string() }).parse(record).createdAt);
    expect(dates).toEqual([...new Set(dates)].toSorted().toReversed());
    expect(items).toMatchObject([{ replyTo: ids[1], replies: 0 }, { replyTo: ids[0], replies: 1 }, { replyTo: null }]);
  });
});
