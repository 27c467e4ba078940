import { describe, expect, test } from 'vitest';
import { youtubeAdapter } from '../../../functions/platforms/youtube/adapter.ts';
import { youtubeAuth } from '../../../functions/platforms/youtube/auth.ts';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import { startYoutube } from '../../../local/platforms/youtube/start-youtube.ts';
import { callsTo, connectByConsent, keptAccount, redirectUri } from '../../support/sandbox.ts';
import { type Answer, type Received, scriptedServer } from '../../support/scripted-server.ts';
import { publishOnce } from '../suite/adapter-case.ts';

const account = () =>
  keptAccount({
    server: 'https://www.youtube.com',
    accountId: 'UC1',
    accountName: 'Ada',
    secret: JSON.stringify({ accessToken: 'a1' }),
  }).account;
const attemptedAt = new Date('2030-01-01T12:00:00Z');
const comment = { text: 'Links are below', handle: 'h', replyTo: { platformPostId: 'v1', rootId: 'v1' } };

async function against<Outcome>(
  script: (request: Received) => Answer,
  act: (adapter: ReturnType<typeof youtubeAdapter>) => Promise<Outcome>,
  now = () => new Date(),
) {
  const server = await scriptedServer(script);
  const outcome = await act(youtubeAdapter({ ...callsTo(server.url), now }));
  await server.stop();
  return { outcome, requests: server.requests, url: server.url };
}

/** https://developers.google.com/youtube/v3/docs/commentThreads#resource */
const thread = (changes: object = {}, id = 'Ugx1') => ({
  kind: 'youtube#commentThread',
  id,
  snippet: {
    channelId: 'UC1',
    videoId: 'v1',
    topLevelComment: {
      kind: 'youtube#comment',
      id,
      snippet: {
        textDisplay: 'Links are below',
        textOriginal: 'Links are below',
        authorChannelId: { value: 'UC1' },
        publishedAt: '2030-01-01T12:00:02Z',
        updatedAt: '2030-01-01T12:00:02Z',
        ...changes,
      },
    },
    canReply: true,
    totalReplyCount: 0,
    isPublic: true,
  },
});

describe('YouTube: a comment', () => {
  const publish = (answer: Answer, video: Answer = { body: { items: [] } }) =>
    against(
      ({ method }) => (method === 'POST' ? answer : video),
      (adapter) => adapter.publish(account(), comment),
    );

  // https://developers.google.com/youtube/v3/docs/commentThreads/insert
  test('is a thread below the video, and has the address of the video with its anchor', async () => {
    const { outcome, requests, url } = await publish({ body: thread() });
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: 'Ugx1', url: `${url}/watch?v=v1&lc=Ugx1` });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/youtube/v3/commentThreads?part=snippet',
      headers: { authorization: 'Bearer a1' },
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      snippet: { channelId: 'UC1', videoId: 'v1', topLevelComment: { snippet: { textOriginal: 'Links are below' } } },
    });
  });

  test('is proved by nothing that was prepared', async () => {
    const { outcome, requests } = await against(
      () => ({ status: 500 }),
      async (adapter) => [
        adapter.retryClassOf(comment),
        adapter.retryClassOf({ ...comment, replyTo: undefined }),
        await adapter.prepare(account(), comment),
        await adapter.upload(account(), comment),
      ],
    );
    expect(outcome).toEqual(['unprovable', 'provable', { kind: 'ready' }, { kind: 'ready' }]);
    expect(requests).toEqual([]);
  });

  /** https://developers.google.com/youtube/v3/docs/errors#commentThreads_youtube.commentThreads.insert */
  const problem = (status: number, reason: string): Answer => ({
    status,
    body: {
      error: { code: status, message: 'No', errors: [{ message: 'No', domain: 'youtube.commentThread', reason }] },
    },
  });

  test.each([
    [400, 'commentTextTooLong', 'content_rejected'],
    [400, 'processingFailure', 'retry_later'],
    [403, 'commentsDisabled', 'content_rejected'],
    [403, 'forbidden', 'content_rejected'],
    [403, 'ineligibleAccount', 'account_restricted'],
    [403, 'insufficientPermissions', 'account_restricted'],
    [403, 'quotaExceeded', 'rate_limited'],
    [404, 'videoNotFound', 'target_gone'],
    [401, 'authError', 'reconnect'],
  ])('is refused with %i %s: %s', async (status, reason, kind) => {
    const { outcome } = await publish(problem(status, reason));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode: reason } });
  });

  // https://developers.google.com/youtube/v3/docs/videos#status.uploadStatus
  test.each([
    ['processed', 403, 'commentsDisabled', 'content_rejected'],
    ['uploaded', 403, 'commentsDisabled', 'retry_later'],
    ['uploaded', 404, 'videoNotFound', 'retry_later'],
    ['uploaded', 403, 'insufficientPermissions', 'account_restricted'],
  ])('on a video that is %s and refused with %i %s: %s', async (uploadStatus, status, reason, kind) => {
    const video = { body: { items: [{ kind: 'youtube#video', id: 'v1', status: { uploadStatus } }] } };
    const { outcome } = await publish(problem(status, reason), video);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode: reason } });
  });

  test.each<Answer>([{ status: 500 }, { body: '{"items":[' }, 'drop'])(
    'does not end where nobody can look at the video: %j',
    async (video) => {
      const { outcome, requests } = await publish(problem(404, 'videoNotFound'), video);
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
      expect(requests[1]?.path).toBe('/youtube/v3/videos?part=status&id=v1');
    },
  );

  test.each<Answer>([
    { status: 403, body: '{"error":{"mess' },
    { status: 400, body: '' },
  ])('does not end for a refusal in pieces: %j', async (answer) => {
    expect((await publish(answer)).outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
  });

  test.each<Answer>([{ status: 503 }, { body: '{"kind":"youtube#comm' }, { body: {} }, 'drop'])(
    'may be there after %j',
    async (answer) => {
      expect((await publish(answer)).outcome).toMatchObject({ kind: 'unknown' });
    },
  );
});

describe('YouTube: looking for a comment', () => {
  const held = (path: string) => new URL(path, 'http://x').searchParams.get('moderationStatus');
  const reconcile = (lists: Record<string, object[]>, more: object = {}, afterSeconds = 300) =>
    against(
      ({ path }) => ({ body: { items: lists[held(path) ?? ''] ?? [], ...more } }),
      (adapter) => adapter.reconcile(account(), { ...comment, attemptedAt }),
      () => addSeconds(attemptedAt, afterSeconds),
    );

  // https://developers.google.com/youtube/v3/docs/commentThreads/list
  test('asks for the newest of the video', async () => {
    const { outcome, requests, url } = await reconcile({ published: [thread()] });
    expect(outcome).toEqual({ kind: 'published', platformPostId: 'Ugx1', url: `${url}/watch?v=v1&lc=Ugx1` });
    expect(requests.map(({ path }) => path)).toEqual([
      '/youtube/v3/commentThreads?part=snippet&videoId=v1&moderationStatus=published&order=time&textFormat=plainText&maxResults=100',
    ]);
  });

  test.each(['heldForReview', 'likelySpam'])('finds it where it is %s', async (status) => {
    expect((await reconcile({ [status]: [thread()] })).outcome).toMatchObject({ kind: 'published' });
  });

  test.each([
    ['made before', { publishedAt: '2030-01-01T11:50:00Z' }],
    ['of another channel', { authorChannelId: { value: 'UC2' } }],
    ['with another text', { textOriginal: 'Other' }],
  ])('takes none %s for ours', async (_, changes) => {
    const { outcome, requests } = await reconcile({ published: [thread(changes)] });
    expect(outcome).toEqual({ kind: 'absent' });
    expect(requests).toHaveLength(3);
  });

  test('may be too early to see it', async () => {
    expect((await reconcile({}, {}, 299)).outcome).toMatchObject({ kind: 'unknown' });
    expect((await reconcile({ published: [thread()] }, {}, 5)).outcome).toMatchObject({ kind: 'published' });
  });

  test('does not know where one like it has no author, or the list goes on', async () => {
    const nobody = thread({ authorChannelId: undefined });
    expect((await reconcile({ published: [nobody] })).outcome).toMatchObject({ kind: 'unknown' });
    const other = thread({ textOriginal: 'Other' });
    const more = { nextPageToken: 'p' };
    expect((await reconcile({ published: [other] }, more)).outcome).toMatchObject({ kind: 'unknown' });
    const all = [other, thread({ publishedAt: '2030-01-01T11:00:00Z' })];
    const lists = { published: all, heldForReview: all, likelySpam: all };
    expect((await reconcile(lists, more)).outcome).toEqual({ kind: 'absent' });
  });

  test.each<Answer>([{ status: 403 }, { status: 404, body: {} }, { body: '{"items":[' }, 'drop'])(
    'does not know after %j',
    async (answer) => {
      const { outcome } = await against(
        () => answer,
        (adapter) => adapter.reconcile(account(), { ...comment, attemptedAt }),
      );
      expect(outcome).toMatchObject({ kind: 'unknown' });
    },
  );
});

// Which refusal such videos get is not written anywhere; this is the one that the page of commentThreads.insert has.
test.each([{ privacy: 'private' } as const, { madeForKids: true }])('YouTube: %j has no comments', async (youtube) => {
  const sandbox = await startYoutube();
  const { url } = sandbox;
  const adapter = youtubeAdapter(callsTo(url));
  const auth = youtubeAuth(callsTo(url));
  const connected = await connectByConsent(auth, { server: url, redirectUri, ...sandboxApp });
  const media = [{ url: `${url}${samplePaths.video}`, type: 'video/mp4' as const }];
  const video = { text: 'Hello', handle: 'h', media, overrides: { youtube } };
  const { outcome } = await publishOnce(adapter, keptAccount(connected).account, video);
  const id = outcome.kind === 'accepted' ? outcome.platformPostId : '';
  const replyTo = { platformPostId: id, rootId: id };
  const refused = await adapter.publish(keptAccount(connected).account, { ...comment, replyTo });
  expect(refused).toMatchObject({
    kind: 'refused',
    refusal: { kind: 'content_rejected', platformCode: 'forbidden' },
  });
  await sandbox.stop();
});
