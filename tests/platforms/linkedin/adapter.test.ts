import { describe, expect, test } from 'vitest';
import { linkedinAccess } from '../../../functions/platforms/linkedin/access.ts';
import { linkedinAdapter } from '../../../functions/platforms/linkedin/adapter.ts';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startLinkedin } from '../../../local/platforms/linkedin/start-linkedin.ts';
import { callsTo, connectLinkedin, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { adapterSuite } from '../adapter-suite.ts';

/** A clock by which no post was made a moment ago: of those, LinkedIn's 404 would not be believed. */
const later = () => addSeconds(new Date(), 600);

/** The account of an organization, whose posts may be read. */
adapterSuite('LinkedIn', {
  start: () => startLinkedin({ refreshTokens: true }),
  connect: (server) => connectLinkedin(server, 'bob', 1),
  adapterOver: (tools) => linkedinAdapter({ ...tools, now: later }),
  accessOver: linkedinAccess,
  operations: {
    publish: 'POST /rest/posts',
    list: 'GET /rest/posts',
    metrics: 'GET /rest/organizationalEntityShareStatistics',
    revoke: 'POST /oauth/v2/revoke',
  },
  expired: 'renewed',
  tellsRetry: 'never',
  urlPattern: /\/feed\/update\/urn:li:share:\d+$/,
  followUp: {
    kind: 'comment',
    publish: 'POST /rest/socialActions/:post/comments',
    list: 'GET /rest/socialActions/:post/comments',
  },
});

const organization = 'urn:li:organization:10000001';
const accountAt = (scopes = ['w_organization_social', 'r_organization_social'], accountId = organization) => ({
  server: publicApis.linkedin.web,
  accountId,
  accountName: 'Bob Bikes',
  secret: JSON.stringify({ accessToken: 'AQt', scopes }),
  renewSecret: neverRenewed,
});
const publication = { text: 'Hello', handle: 'h' };
const attemptedAt = new Date('2026-02-22T13:28:00Z');

async function against<Outcome>(
  answers: readonly Answer[],
  act: (adapter: ReturnType<typeof linkedinAdapter>) => Promise<Outcome>,
) {
  const left = [...answers];
  const server = await scriptedServer(() => (left.length > 1 ? left.shift() : left[0]) ?? {});
  const outcome = await act(linkedinAdapter(callsTo(server.url)));
  await server.stop();
  return { outcome, requests: server.requests };
}

const publishTo = (...answers: Answer[]) => against(answers, (adapter) => adapter.publish(accountAt(), publication));

describe('LinkedIn: the call', () => {
  // https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api (create a post)
  test('has the version, the protocol and the whole post', async () => {
    const { outcome, requests } = await publishTo({
      status: 201,
      headers: { 'x-restli-id': 'urn:li:share:6844785523593134080' },
      body: '',
    });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      platformPostId: 'urn:li:share:6844785523593134080',
      url: expect.stringMatching(/\/feed\/update\/urn:li:share:6844785523593134080$/),
    });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/rest/posts',
      headers: {
        authorization: 'Bearer AQt',
        'linkedin-version': publicApis.linkedin.version,
        'x-restli-protocol-version': '2.0.0',
        'content-type': 'application/json',
      },
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      author: organization,
      commentary: 'Hello',
      visibility: 'PUBLIC',
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
      lifecycleState: 'PUBLISHED',
      isReshareDisabledByAuthor: false,
    });
  });

  test.each([
    ['no id', {}],
    ['an id of something else', { 'x-restli-id': 'urn:li:person:1' }],
    ['an id that is none', { 'x-restli-id': 'urn:li:share:1/../2' }],
  ])('does not know what came of a success with %s', async (_, headers) => {
    expect((await publishTo({ status: 201, headers, body: '' })).outcome).toMatchObject({ kind: 'unknown' });
  });
});

/** https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling */
const linkedinError = (status: number, more: object = {}): Answer => ({
  status,
  body: { status, message: 'No', ...more },
});

describe('LinkedIn: refusals', () => {
  test.each([
    [401, { serviceErrorCode: 65600, code: 'INVALID_ACCESS_TOKEN' }, 'reconnect', 'INVALID_ACCESS_TOKEN'],
    [401, { serviceErrorCode: 65602 }, 'reconnect', '65602'],
    [403, { serviceErrorCode: 100, code: 'ACCESS_DENIED' }, 'reconnect', 'ACCESS_DENIED'],
    [403, { message: 'Not enough permissions to access: posts.CREATE' }, 'reconnect', '403'],
    [403, { code: 'ACCESS_DENIED' }, 'account_restricted', 'ACCESS_DENIED'],
    [404, {}, 'target_gone', '404'],
    [400, {}, 'content_rejected', '400'],
    [426, { code: 'NONEXISTENT_VERSION' }, 'retry_later', 'NONEXISTENT_VERSION'],
    [429, { code: 'TOO_MANY_REQUESTS' }, 'rate_limited', 'TOO_MANY_REQUESTS'],
    [
      422,
      { errorDetails: { inputErrors: [{ description: 'x', input: {}, code: 'FIELD_LENGTH_TOO_LONG' }] } },
      'content_rejected',
      'FIELD_LENGTH_TOO_LONG',
    ],
  ])('understands %i %o as %s', async (status, more, kind, platformCode) => {
    const { outcome } = await publishTo(linkedinError(status, more));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode } });
  });

  test.each([408, 500, 502, 503, 504])('does not know what came of status %i', async (status) => {
    expect((await publishTo({ status, body: '<html>' })).outcome).toMatchObject({ kind: 'unknown' });
  });

  // https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits
  test('of a day end at midnight UTC, others when LinkedIn says', async () => {
    const message = 'Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.';
    const { outcome } = await publishTo(linkedinError(429, { message }));
    const midnight = new Date(new Date().toISOString().slice(0, 10)).getTime() + 24 * 3600_000;
    expect(outcome).toMatchObject({ refusal: { kind: 'rate_limited', retryAt: new Date(midnight) } });
    const told = await publishTo({ status: 429, headers: { 'retry-after': '60' }, body: { message } });
    const retryAt = told.outcome.kind === 'refused' ? told.outcome.refusal.retryAt : undefined;
    expect(Math.abs((retryAt?.getTime() ?? 0) - Date.now() - 60_000)).toBeLessThan(5_000);
  });
});

// As reported at https://github.com/Arisamiga/Linkedin-RSS/issues/5
const duplicateOf = (urn: string): Answer => ({
  status: 422,
  body: {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    message: `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`,
    errorDetails: { inputErrors: [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }] },
    status: 422,
  },
});

describe('LinkedIn: a duplicate', () => {
  // Its number is the time 2026-02-22T13:28:36Z, which is when it was made.
  const urn = 'urn:li:share:7431329065766260736';
  const again = { ...publication, attemptedAt };
  const member = accountAt(['w_member_social'], 'urn:li:person:abc');
  const post = { id: urn, author: organization, commentary: 'Hello', createdAt: attemptedAt.getTime() + 1_000 };
  const publishAgain = (account: typeof member, ...answers: Answer[]) =>
    against(answers, (adapter) => adapter.publish(account, again));
  const accepted = { kind: 'accepted', platformPostId: urn, url: expect.stringContaining(urn) };

  test('is a text that was posted before, where no attempt is open', async () => {
    const { outcome, requests } = await publishTo(duplicateOf(urn));
    expect(outcome).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'DUPLICATE_POST' },
    });
    expect(requests).toHaveLength(1);
  });

  test('is the open attempt’s post when that is what is read there', async () => {
    const { outcome, requests } = await publishAgain(accountAt(), duplicateOf(urn), { body: post });
    expect(outcome).toEqual(accepted);
    expect(requests[1]?.path).toBe(`/rest/posts/${encodeURIComponent(urn)}`);
  });

  test.each([
    ['was there before', { createdAt: attemptedAt.getTime() - 120_000 }],
    ['is of another author', { author: 'urn:li:organization:2' }],
    ['has another text', { commentary: 'Hello?' }],
  ])('is not ours when that post %s', async (_, changes) => {
    const { outcome } = await publishAgain(accountAt(), duplicateOf(urn), { body: { ...post, ...changes } });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
  });

  // Posts that were deleted are named too: https://github.com/ComposioHQ/composio/issues/2710
  test.each([linkedinError(404), linkedinError(500), linkedinError(403), 'drop' as const])(
    'proves nothing when there is no reading it: %j',
    async (answer) => {
      expect((await publishAgain(accountAt(), duplicateOf(urn), answer)).outcome).toMatchObject({ kind: 'unknown' });
    },
  );

  test.each([
    ['ours when it was made since the attempt', urn, accepted],
    ['older', 'urn:li:share:6844785523593134080', { kind: 'refused', refusal: { kind: 'content_rejected' } }],
    ['of no time', 'urn:li:share:12345', { kind: 'unknown' }],
    ['of a time to come', 'urn:li:share:9123372036854775807', { kind: 'unknown' }],
  ])('of a member, whose posts are closed, is %s by its number', async (_, named, outcome) => {
    const { outcome: found, requests } = await publishAgain(member, duplicateOf(named));
    expect(found).toMatchObject(outcome);
    expect(requests).toHaveLength(1);
  });

  test.each([409, 422])('is known by the words of a %i in whatever form', async (status) => {
    const message = `Content is a DUPLICATE of urn:li:ugcPost:7431329065766260736`;
    const { outcome } = await publishAgain(member, linkedinError(status, { message }));
    expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: 'urn:li:ugcPost:7431329065766260736' });
  });

  test.each(['', '{"message":"Content is a dupl'])('that arrives in pieces proves nothing: %j', async (body) => {
    const pieces = { status: 422, body };
    expect((await publishAgain(member, pieces)).outcome).toMatchObject({ kind: 'unknown' });
    expect((await publishTo(pieces)).outcome).toMatchObject({ kind: 'refused' });
  });

  test('of something else is a refusal', async () => {
    const { outcome } = await publishAgain(member, linkedinError(422, { message: 'duplicate of urn:li:person:1' }));
    expect(outcome).toMatchObject({ kind: 'refused' });
  });
});

describe('LinkedIn: reconciling', () => {
  const listed = (changes: object = {}) => ({
    id: 'urn:li:share:1',
    author: organization,
    commentary: 'Hello',
    createdAt: attemptedAt.getTime() + 1_000,
    ...changes,
  });
  const reconcile = (elements: object[], text = 'Hello', account = accountAt()) =>
    against([{ body: { elements } }], (adapter) => adapter.reconcile(account, { text, handle: 'h', attemptedAt }));

  // https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api (find posts by authors)
  test('asks for the newest posts of the author', async () => {
    const { outcome, requests } = await reconcile([listed()]);
    expect(outcome).toMatchObject({ kind: 'published', platformPostId: 'urn:li:share:1' });
    expect(requests[0]).toMatchObject({
      path: `/rest/posts?q=author&author=${encodeURIComponent(organization)}&count=100&sortBy=LAST_MODIFIED`,
      headers: { 'x-restli-method': 'FINDER' },
    });
  });

  test('knows the text in the form that LinkedIn keeps', async () => {
    const commentary = 'See \\(here\\) {hashtag|\\#|cycling} & more';
    const { outcome } = await reconcile([listed({ commentary })], 'See (here) #cycling & more');
    expect(outcome).toMatchObject({ kind: 'published' });
  });

  test.each([
    ['made before the attempt', { createdAt: attemptedAt.getTime() - 120_000 }],
    ['with another text', { commentary: 'Hello?' }],
    ['without a text', { commentary: undefined }],
  ])('does not take a post %s for ours', async (_, changes) => {
    expect((await reconcile([listed(changes)])).outcome).toEqual({ kind: 'absent' });
  });

  test('does not know when the list ends after the attempt', async () => {
    const many = Array.from({ length: 100 }, (_, place) =>
      listed({ id: `urn:li:share:${place}`, commentary: 'Other' }),
    );
    expect((await reconcile(many)).outcome).toMatchObject({ kind: 'unknown' });
    const older = listed({ commentary: 'Other', createdAt: 0, lastModifiedAt: attemptedAt.getTime() - 120_000 });
    expect((await reconcile([...many.slice(1), older])).outcome).toEqual({ kind: 'absent' });
  });

  test.each([
    ['of a member', 'urn:li:person:abc'],
    ['of an organization that may not be read', organization],
  ])('asks nothing for the account %s', async (_, accountId) => {
    const { outcome, requests } = await reconcile([], 'Hello', accountAt(['w_member_social'], accountId));
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(requests).toEqual([]);
  });
});

describe('LinkedIn: figures', () => {
  const share = 'urn:li:share:1';
  const ugcPost = 'urn:li:ugcPost:2';
  const read = (account: ReturnType<typeof accountAt>, ids: string[], ...answers: Answer[]) =>
    against(answers, (adapter) => adapter.readMetrics(account, ids));

  // https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/share-statistics
  test('of an organization come for many posts at once', async () => {
    const elements = [
      { share, totalShareStatistics: { likeCount: 3, commentCount: 1, shareCount: 2, clickCount: 9 } },
      { ugcPost, totalShareStatistics: { likeCount: 4 } },
    ];
    const { outcome, requests } = await read(accountAt(), [share, ugcPost, 'urn:li:share:x'], { body: { elements } });
    expect(outcome).toEqual(
      new Map([
        [share, { likes: 3, reposts: 2, replies: 1 }],
        [ugcPost, { likes: 4, reposts: null, replies: null }],
      ]),
    );
    const path = requests[0]?.path ?? '';
    expect(path).toContain(`&shares=List(${encodeURIComponent(share)})&ugcPosts=List(${encodeURIComponent(ugcPost)})`);
    expect(requests).toHaveLength(1);
  });

  test('that are missing are not available yet, or their post is gone', async () => {
    const server = await scriptedServer(({ path }) => {
      if (path.includes('Statistics')) return { body: { elements: [] } };
      return path.endsWith('1') ? { body: { id: share, author: organization, createdAt: 1 } } : linkedinError(404);
    });
    const figures = await linkedinAdapter(callsTo(server.url)).readMetrics(accountAt(), [share, 'urn:li:share:2']);
    expect(figures).toEqual(new Map([[share, { likes: null, reposts: null, replies: null }]]));
    await server.stop();
  });

  // https://learn.microsoft.com/en-us/linkedin/marketing/community-management/members/post-statistics
  test('of a member come one a call, where the app may', async () => {
    const account = accountAt(['w_member_social', 'r_member_postAnalytics'], 'urn:li:person:abc');
    const { outcome, requests } = await read(account, [share], { body: { elements: [{ count: 5 }] } });
    expect(outcome).toEqual(new Map([[share, { likes: 5, reposts: 5, replies: 5 }]]));
    expect(requests.map(({ path }) => path).toSorted()[0]).toBe(
      `/rest/memberCreatorPostAnalytics?q=entity&entity=(share:${encodeURIComponent(share)})&queryType=COMMENT&aggregation=TOTAL`,
    );
    expect((await read(account, [share], { body: { elements: [] } })).outcome.get(share)).toEqual({
      likes: null,
      reposts: null,
      replies: null,
    });
    expect((await read(account, [ugcPost], linkedinError(404))).outcome).toEqual(new Map());
  });

  test('of a member are not available elsewhere', async () => {
    const { outcome, requests } = await read(accountAt(['w_member_social'], 'urn:li:person:abc'), [share], {});
    expect(outcome).toEqual(new Map([[share, { likes: null, reposts: null, replies: null }]]));
    expect(requests).toEqual([]);
  });
});
