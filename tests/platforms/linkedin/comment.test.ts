import { describe, expect, test } from 'vitest';
import { linkedinAdapter } from '../../../functions/platforms/linkedin/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { startLinkedin } from '../../../local/platforms/linkedin/start-linkedin.ts';
import { callsTo, connectLinkedin, keptAccount, neverRenewed, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

const organization = 'urn:li:organization:5637409';
const accountAt = (scopes = ['w_organization_social', 'r_organization_social'], accountId = organization) => ({
  server: publicApis.linkedin.web,
  accountId,
  accountName: 'Bob Bikes',
  secret: JSON.stringify({ accessToken: 'AQt', scopes }),
  renewSecret: neverRenewed,
});
const post = 'urn:li:share:6631349431612559360';
const comments = `/rest/socialActions/${encodeURIComponent(post)}/comments`;
// What must be escaped in a post stands in a comment as it is: https://github.com/gitroomhq/postiz-app/issues/1847
const text = 'See (here) #cycling';
const comment = { text, handle: 'h', replyTo: { platformPostId: post, rootId: post } };
const urn = 'urn:li:comment:(urn:li:activity:6631349431612559360,6636062862760562688)';
const anchor = 'commentUrn=urn%3Ali%3Acomment%3A%28activity%3A6631349431612559360%2C6636062862760562688%29';
const attemptedAt = new Date('2026-02-22T13:28:00Z');

async function against<Outcome>(
  answer: Answer,
  act: (adapter: ReturnType<typeof linkedinAdapter>) => Promise<Outcome>,
) {
  const server = await scriptedServer(() => answer);
  const outcome = await act(linkedinAdapter(callsTo(server.url)));
  await server.stop();
  return { outcome, requests: server.requests, url: server.url };
}

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api (schema) */
const listed = (changes: object = {}) => ({
  actor: organization,
  commentUrn: urn,
  created: { actor: organization, time: attemptedAt.getTime() + 1_000 },
  id: '6636062862760562688',
  lastModified: { actor: organization, time: attemptedAt.getTime() + 1_000 },
  message: { attributes: [], text },
  object: 'urn:li:activity:6631349431612559360',
  ...changes,
});

describe('LinkedIn: a comment', () => {
  const publish = (answer: Answer, account = accountAt()) =>
    against(answer, (adapter) => adapter.publish(account, comment));
  const made = (headers: Record<string, string>, body: unknown = ''): Answer => ({ status: 201, headers, body });

  // https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api (create a comment)
  test('goes below the post as plain text', async () => {
    const { outcome, requests, url } = await publish(made({ 'x-restli-id': '6636062862760562688' }, listed()));
    expect(outcome).toEqual({
      kind: 'accepted',
      platformPostId: urn,
      url: `${url}/feed/update/${post}?${anchor}`,
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: comments,
      headers: {
        authorization: 'Bearer AQt',
        'linkedin-version': publicApis.linkedin.version,
        'x-restli-protocol-version': '2.0.0',
      },
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ actor: organization, object: post, message: { text } });
  });

  test.each([
    ['its whole name', { 'x-restli-id': urn }, urn],
    ['its number', { 'x-restli-id': '66' }, `urn:li:comment:(${post},66)`],
  ])('is known by %s in the header', async (_, headers, platformPostId) => {
    expect((await publish(made(headers))).outcome).toMatchObject({ kind: 'accepted', platformPostId });
  });

  test.each<Answer>([
    made({}),
    made({ 'x-restli-id': 'urn:li:person:1' }, '{"actor":"urn'),
    { status: 503 },
    { status: 408 },
    'drop',
  ])('may be there after %j', async (answer) => {
    expect((await publish(answer)).outcome).toMatchObject({ kind: 'unknown' });
  });

  // https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
  const denied = 'Not enough permissions to access: partnerApiSocialActions.CREATE.20260901';
  test.each([
    // As apps have it that may post, but have not been given the Community Management API.
    [403, { serviceErrorCode: 100, code: 'ACCESS_DENIED', message: denied }, 'account_restricted', 'ACCESS_DENIED'],
    [401, { serviceErrorCode: 65602 }, 'reconnect', '65602'],
    [404, { code: 'NOT_FOUND' }, 'target_gone', 'NOT_FOUND'],
    [400, { code: 'ILLEGAL_ARGUMENT' }, 'content_rejected', 'ILLEGAL_ARGUMENT'],
    [429, { code: 'TOO_MANY_REQUESTS' }, 'rate_limited', 'TOO_MANY_REQUESTS'],
  ])('is refused with %i %o: %s', async (status, error, kind, platformCode) => {
    const { outcome } = await publish({ status, body: { status, message: 'No', ...error } });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind, platformCode } });
  });

  // https://github.com/gitroomhq/postiz-app/issues/408
  test('is tried again where LinkedIn does not know the post yet', async () => {
    const idOf = (madeAt: number) => `urn:li:ugcPost:${BigInt(madeAt) << 22n}`;
    const kindAt = async (madeAt: number) => {
      const replyTo = { platformPostId: idOf(madeAt), rootId: idOf(madeAt) };
      const answer = { status: 404, body: { status: 404, message: 'Received error for urn:li:ugcPost' } };
      const { outcome } = await against(answer, (adapter) => adapter.publish(accountAt(), { ...comment, replyTo }));
      return outcome.kind === 'refused' && outcome.refusal.kind;
    };
    expect(await kindAt(Date.now() - 5_000)).toBe('retry_later');
    expect(await kindAt(Date.now() - 150_000)).toBe('target_gone');
  });

  test.each([400, 403])('does not end for a %i in pieces', async (status) => {
    const { outcome } = await publish({ status, body: '{"message":"Not enou' });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
  });

  test('is nothing that LinkedIn would know again', async () => {
    const { retryClassOf } = linkedinAdapter(callsTo('http://127.0.0.1:9'));
    expect(retryClassOf(comment)).toBe('unprovable');
    expect(retryClassOf({ ...comment, replyTo: undefined })).toBe('duplicate_refused');
  });
});

describe('LinkedIn: looking for a comment', () => {
  const reconcile = (body: unknown, account = accountAt()) =>
    against({ body }, (adapter) => adapter.reconcile(account, { ...comment, attemptedAt }));
  const other = (place: number) => listed({ id: String(place), commentUrn: undefined, message: { text: 'Other' } });
  const others = (count: number) => Array.from({ length: count }, (_, place) => other(place));

  // https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api (get comments on shares)
  test('reads those of the post', async () => {
    const { outcome, requests } = await reconcile({ elements: [other(1), listed()], paging: { total: 2 } });
    expect(outcome).toMatchObject({ kind: 'published', platformPostId: urn, url: expect.stringContaining(anchor) });
    expect(requests.map(({ path }) => path)).toEqual([`${comments}?start=0&count=100`]);
  });

  test('knows it by what is told', async () => {
    const named = { ...listed({ commentUrn: undefined, actor: undefined }), $URN: urn };
    expect((await reconcile({ elements: [named] })).outcome).toMatchObject({ platformPostId: urn });
    const numbered = listed({ commentUrn: undefined, actor: 'urn:li:company:5637409' });
    const platformPostId = `urn:li:comment:(${post},6636062862760562688)`;
    expect((await reconcile({ elements: [numbered] })).outcome).toMatchObject({ platformPostId });
  });

  test.each([
    ['made before the attempt', { created: { time: attemptedAt.getTime() - 120_000 } }],
    ['of somebody else', { actor: 'urn:li:person:f49f2kf0' }],
    ['with another text', { message: { text: 'See here' } }],
  ])('takes none %s for ours', async (_, changes) => {
    expect((await reconcile({ elements: [listed(changes)], paging: { total: 1 } })).outcome).toEqual({
      kind: 'absent',
    });
  });

  // Authors are known to be missing: https://github.com/MicrosoftDocs/feedback/issues/971
  test.each([
    ['nobody is named', [listed({ actor: undefined, created: { time: attemptedAt.getTime() } })], { total: 1 }],
    ['there are more', others(100), { total: 101 }],
    ['there may be more', others(10), {}],
    ['it has no name', [listed({ commentUrn: undefined, id: undefined })], { total: 1 }],
  ])('does not know where %s', async (_, elements, paging) => {
    expect((await reconcile({ elements, paging })).outcome).toMatchObject({ kind: 'unknown' });
  });

  test.each<Answer>([{ status: 403 }, { status: 404, body: {} }, { body: '{"elements":[' }, 'drop'])(
    'does not know after %j',
    async (answer) => {
      const { outcome } = await against(answer, (adapter) =>
        adapter.reconcile(accountAt(), { ...comment, attemptedAt }),
      );
      expect(outcome).toMatchObject({ kind: 'unknown' });
    },
  );

  test('asks nothing for a member, whose comments are closed', async () => {
    const { outcome, requests } = await reconcile({}, accountAt(['w_member_social'], 'urn:li:person:abc'));
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(requests).toEqual([]);
  });
});

test('LinkedIn: a post and its comment with the same text are told apart', async () => {
  const sandbox = await startLinkedin();
  const { account } = keptAccount(await connectLinkedin(sandbox.url, 'bob', 1));
  const adapter = linkedinAdapter(callsTo(sandbox.url));
  const since = new Date();
  const first = await adapter.publish(account, { text, handle: 'a' });
  const id = first.kind === 'accepted' ? first.platformPostId : '';
  const below = { ...comment, replyTo: { platformPostId: id, rootId: id }, attemptedAt: since };
  expect(await adapter.reconcile(account, below)).toEqual({ kind: 'absent' });
  const second = await adapter.publish(account, below);
  expect(await adapter.reconcile(account, below)).toEqual({ ...second, kind: 'published' });
  expect(await adapter.reconcile(account, { text, handle: 'a', attemptedAt: since })).toEqual({
    ...first,
    kind: 'published',
  });
  expect(await sandboxControl(sandbox.url).posts()).toMatchObject([
    { text, replyTo: id },
    { text, replyTo: null },
  ]);
  await sandbox.stop();
});
