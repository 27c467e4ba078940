import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { xAdapter } from '../../../functions/platforms/x/adapter.ts';
import { xAuth } from '../../../functions/platforms/x/auth.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startX } from '../../../local/platforms/x/start-x.ts';
import { callsTo, connectByConsent, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

const { account } = keptAccount({
  server: 'https://x.com',
  accountId: '7',
  accountName: '@ada',
  secret: JSON.stringify({ accessToken: 'a1' }),
});
const publication = { text: 'Hello', handle: 'h' };
const attemptedAt = new Date('2030-01-01T12:00:00Z');

async function against<Outcome>(answer: Answer, act: (adapter: ReturnType<typeof xAdapter>) => Promise<Outcome>) {
  const server = await scriptedServer(() => answer);
  const outcome = await act(xAdapter(callsTo(server.url)));
  await server.stop();
  return { outcome, requests: server.requests };
}

/** https://docs.x.com/x-api/fundamentals/response-codes-and-errors */
const forbidden = (detail: string): Answer => ({
  status: 403,
  body: { title: 'Forbidden', detail, type: 'about:blank', status: 403 },
});

describe('X: a reply', () => {
  const replyTo = { platformPostId: '200', rootId: '199' };
  const reply = { ...publication, replyTo };
  const publishReply = (changes: object, answer: Answer) =>
    against(answer, (adapter) => adapter.publish(account, { ...reply, ...changes }));
  const sent = async (changes: object = {}) => {
    const { requests } = await publishReply(changes, { status: 201, body: { data: { id: '201', text: 'Hello' } } });
    return JSON.parse(requests[0]?.body ?? '');
  };
  const overrides = { x: { replySettings: 'verified' as const, madeWithAi: true } };
  const prepared = JSON.stringify({ files: [{ id: '77', size: 3 }], whole: 1, sent: 0 });

  // https://docs.x.com/x-api/posts/create-post
  test('names the post it answers, and leaves who may reply to the first post', async () => {
    expect(await sent({ overrides })).toEqual({ text: 'Hello', reply: { in_reply_to_tweet_id: '200' } });
    expect(await sent({ overrides, prepared })).toEqual({
      text: 'Hello',
      media: { media_ids: ['77'] },
      reply: { in_reply_to_tweet_id: '200' },
      made_with_ai: true,
    });
  });

  // As reported at https://github.com/plhery/node-twitter-api-v2/issues/366
  const gone = forbidden('You attempted to reply to a Tweet that is deleted or not visible to you.');
  const notAllowed = forbidden(
    'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author.',
  );
  test.each([
    ['a post that is gone', gone, 'target_gone'],
    ['a post that X does not let it answer', notAllowed, 'content_rejected'],
    [
      'a text that was posted before',
      forbidden('You are not allowed to create a Tweet with duplicate content.'),
      'content_rejected',
    ],
  ])('is refused to %s', async (_, answer, kind) => {
    const { outcome, requests } = await publishReply({}, answer);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind } });
    expect(requests).toHaveLength(1);
  });

  test('waits for a post of a moment ago to be known everywhere', async () => {
    // https://docs.x.com/fundamentals/x-ids
    const idOf = (at: number) => String(BigInt(at - 1_288_834_974_657) << 22n);
    const answering = (at: number) =>
      publishReply({ replyTo: { platformPostId: idOf(at), rootId: idOf(at) }, attemptedAt }, gone);
    const { outcome } = await answering(Date.now() - 10_000);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    const { outcome: later } = await answering(Date.now() - 200_000);
    expect(later).toMatchObject({ kind: 'refused', refusal: { kind: 'target_gone' } });
  });

  const listed = (changes: object = {}) => ({
    id: '201',
    text: 'Hello',
    created_at: '2030-01-01T12:00:01.000Z',
    ...changes,
  });
  const answers = (id: string) => ({ referenced_tweets: [{ type: 'replied_to', id }], in_reply_to_user_id: '7' });
  const quoting = { referenced_tweets: [{ type: 'quoted', id: '200' }] };
  const find = (wanted: object, data: object[]) =>
    against({ body: { data, meta: { result_count: data.length } } }, (adapter) =>
      adapter.reconcile(account, { ...publication, attemptedAt, ...wanted }),
    );

  // https://docs.x.com/x-api/fundamentals/data-dictionary (referenced_tweets)
  test.each([
    ['a reply', { replyTo }, listed(answers('200'))],
    [
      'a reply that begins with whom the post mentioned',
      { replyTo },
      listed({ ...answers('200'), text: '@a @b_1 Hello' }),
    ],
    [
      'a reply that begins with a name of its own',
      { replyTo, text: '@c Hello' },
      listed({ ...answers('200'), text: '@a @c Hello' }),
    ],
    [
      'a reply with our files',
      { replyTo, prepared },
      listed({ text: 'https://t.co/1', attachments: { media_keys: ['3_77'] } }),
    ],
    ['a post', {}, listed()],
    ['a post that quotes', {}, listed(quoting)],
    ['a post that begins with a name', { text: '@a Hello' }, listed({ text: '@a Hello', in_reply_to_user_id: '8' })],
  ])('of the same text is told from all else: %s', async (_, wanted, post) => {
    expect((await find(wanted, [post])).outcome).toMatchObject({ kind: 'published', platformPostId: '201' });
  });

  test.each([
    ['a post for a reply', { replyTo }, listed()],
    ['a quote for a reply', { replyTo }, listed(quoting)],
    ['a reply to another post for ours', { replyTo }, listed(answers('199'))],
    ['a reply for a post', {}, listed(answers('199'))],
    ['a reply with another name', { replyTo, text: '@c Hello' }, listed({ ...answers('200'), text: '@a Hello' })],
  ])('is not mistaken: %s', async (_, wanted, post) => {
    expect((await find(wanted, [post])).outcome).toEqual({ kind: 'absent' });
  });

  test('needs a person where the list says nothing, as nothing says that X refuses it twice', () => {
    const { retryClassOf } = xAdapter(callsTo('http://127.0.0.1:9'));
    expect([retryClassOf(reply), retryClassOf(publication)]).toEqual(['unprovable', 'duplicate_refused']);
  });
});

describe('X: a thread on the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startX();
  });
  afterAll(() => sandbox.stop());

  test('whose parts say the same, and mention somebody, is found part by part', async () => {
    const auth = xAuth(callsTo(sandbox.url));
    const alice = keptAccount(
      await connectByConsent(auth, { server: sandbox.url, redirectUri, ...sandboxApp }),
    ).account;
    const adapter = xAdapter(callsTo(sandbox.url));
    const control = sandboxControl(sandbox.url);
    const part = { text: 'Thanks @bob', handle: 'h' };
    const began = { attemptedAt: new Date() };

    const first = await adapter.publish(alice, part);
    const platformPostId = first.kind === 'accepted' ? first.platformPostId : '';
    const reply = { ...part, replyTo: { platformPostId, rootId: platformPostId } };
    expect(await adapter.reconcile(alice, { ...reply, ...began })).toEqual({ kind: 'absent' });

    await control.fail({ operation: 'POST /2/tweets', kind: 'drop_after' });
    expect(await adapter.publish(alice, reply)).toMatchObject({ kind: 'unknown' });
    const found = await adapter.reconcile(alice, { ...reply, ...began });
    expect(found).toMatchObject({ kind: 'published' });
    expect(await control.posts()).toMatchObject([{ replyTo: platformPostId }, { replyTo: null }]);
    expect(await adapter.reconcile(alice, { ...part, ...began })).toMatchObject({ kind: 'published', platformPostId });
  });
});
