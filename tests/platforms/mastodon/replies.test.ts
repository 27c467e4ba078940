import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mastodonAdapter } from '../../../functions/platforms/mastodon/adapter.ts';
import { startMastodon } from '../../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, connectMastodon, keptAccount, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

const adapter = mastodonAdapter(calls);
const accountAt = (server: string) => ({
  server,
  accountId: '1',
  accountName: '@ada@social.example',
  secret: JSON.stringify({ accessToken: 't', clientId: 'c', clientSecret: 's' }),
  renewSecret: neverRenewed,
});
const replyTo = { platformPostId: '12', rootId: '11' };

async function reply(answer: Answer, wishes: object = {}) {
  const server = await scriptedServer(() => answer);
  const outcome = await adapter.publish(accountAt(server.url), { text: 'More', handle: 'h', replyTo, ...wishes });
  await server.stop();
  return { outcome, request: server.requests[0] };
}

describe('Mastodon: a reply', () => {
  // https://docs.joinmastodon.org/methods/statuses/#create
  test('names what it answers, and is seen by whom the post is seen', async () => {
    const overrides = { mastodon: { visibility: 'private', spoilerText: 'Cats', language: 'de' } } as const;
    const answer = { body: { id: '13', uri: 'https://social.example/13', in_reply_to_id: '12' } };
    const { outcome, request } = await reply(answer, { overrides, prepared: '["22"]' });
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: '13', url: 'https://social.example/13' });
    expect(request?.headers['idempotency-key']).toBe('h');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      status: 'More',
      in_reply_to_id: '12',
      media_ids: ['22'],
      visibility: 'private',
      spoiler_text: 'Cats',
      language: 'de',
    });
  });

  // `set_thread` in https://github.com/mastodon/mastodon/blob/main/app/controllers/api/v1/statuses_controller.rb
  test('is refused for good when what it answers is gone', async () => {
    const error = 'The post you are trying to reply to does not appear to exist.';
    const { outcome } = await reply({ status: 404, body: { error } });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'target_gone', message: error } });
  });
});

describe('Mastodon: reconciling replies', () => {
  const attemptedAt = new Date('2030-01-01T12:00:00Z');
  const attempt = { text: 'Hello', handle: 'h', attemptedAt };
  const listed = (id: string, answered: string | null | undefined) => ({
    id,
    uri: `https://social.example/${id}`,
    content: '<p>Hello</p>',
    created_at: '2030-01-01T12:00:01.000Z',
    in_reply_to_id: answered,
    application: { name: 'ClientNest' },
  });

  async function reconcileWith(statuses: object[], wishes: object) {
    const server = await scriptedServer(() => ({ body: statuses }));
    const found = await adapter.reconcile(accountAt(server.url), { ...attempt, ...wishes });
    await server.stop();
    return found;
  }

  test('tells a post from replies with the same text', async () => {
    const thread = [listed('13', '12'), listed('12', '11'), listed('11', null)];
    expect(await reconcileWith(thread, {})).toMatchObject({ kind: 'published', platformPostId: '11' });
    expect(await reconcileWith(thread, { replyTo })).toMatchObject({ kind: 'published', platformPostId: '13' });
  });

  test('takes neither for the other', async () => {
    expect(await reconcileWith([listed('12', '11')], {})).toEqual({ kind: 'absent' });
    expect(await reconcileWith([listed('12', '11'), listed('11', null)], { replyTo })).toEqual({ kind: 'absent' });
    expect(await reconcileWith([listed('11', undefined)], {})).toMatchObject({ platformPostId: '11' });
  });

  test('does not know of a post that answers nothing (any more)', async () => {
    expect(await reconcileWith([listed('13', null), listed('11', null)], { replyTo })).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('Mastodon: a reply whose post goes away', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startMastodon({ rateLimit: 'off' });
  });
  afterAll(() => sandbox.stop());

  test('is refused when it is sent again, though it is there', async () => {
    const connected = await connectMastodon(sandbox.url);
    const { account } = keptAccount(connected);
    const root = await adapter.publish(account, { text: 'Hello', handle: 'root' });
    const rootId = root.kind === 'accepted' ? root.platformPostId : '';
    const attempt = { text: 'More', handle: 'reply', replyTo: { platformPostId: rootId, rootId } };
    const attemptedAt = new Date();
    expect(await adapter.publish(account, attempt)).toMatchObject({ kind: 'accepted' });
    const { accessToken } = JSON.parse(connected.secret);
    const headers = { authorization: `Bearer ${accessToken}` };
    await fetch(`${sandbox.url}/api/v1/statuses/${rootId}`, { method: 'DELETE', headers });
    expect(await adapter.publish(account, attempt)).toMatchObject({ refusal: { kind: 'target_gone' } });
    expect(await adapter.reconcile(account, { ...attempt, attemptedAt })).toMatchObject({ kind: 'unknown' });
  });
});
