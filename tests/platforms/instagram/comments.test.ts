import { afterEach, describe, expect, test } from 'vitest';
import type { Account } from '../../../functions/platforms/adapter.ts';
import { instagramAdapter } from '../../../functions/platforms/instagram/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { callsTo, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

const { version } = publicApis.instagram;

let stop = async () => {};
afterEach(() => stop());

const secrets = {
  instagram: { login: 'instagram', accessToken: 'the token', expiresAt: '2030-01-01T00:00:00Z' },
  facebook: { login: 'facebook', accessToken: 'EAApage', userId: '5' },
};

/** An adapter on a server that answers each call with what the test says; paths without the version and the query. */
async function adapterOn(answers: Record<string, Answer>, login: keyof typeof secrets = 'instagram') {
  const server = await scriptedServer(({ method, path }) => {
    const name = `${method} ${path.replace(`/${version}/`, '').split('?')[0]}`;
    return answers[name] ?? { status: 404, body: {} };
  });
  stop = server.stop;
  const account: Account = {
    server: server.url,
    accountId: '17',
    accountName: '@ada',
    secret: JSON.stringify(secrets[login]),
    renewSecret: neverRenewed,
  };
  return { adapter: instagramAdapter(callsTo(server.url)), account, requests: server.requests };
}

const comment = { text: 'More of it', handle: 'h', media: [], replyTo: { platformPostId: '99', rootId: '99' } };
const attempt = { ...comment, attemptedAt: new Date('2030-01-01T12:00:00Z') };
const refused = (code: number, subcode?: number): Answer => ({
  status: 400,
  body: { error: { message: 'No', type: 'OAuthException', code, error_subcode: subcode, fbtrace_id: 'x' } },
});
const permalink = 'https://www.instagram.com/p/C1/';

// https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments
describe('Instagram: the call that comments', () => {
  test.each(['instagram', 'facebook'] as const)(
    'by %s Login names the post, which is where the comment is',
    async (login) => {
      const answers = { 'POST 99/comments': { body: { id: '178' } }, 'GET 99': { body: { id: '99', permalink } } };
      const { adapter, account, requests } = await adapterOn(answers, login);
      const outcome = await adapter.publish(account, comment);
      expect(outcome).toEqual({ kind: 'accepted', platformPostId: '178', url: permalink });
      const fields = Object.fromEntries(new URLSearchParams(requests[0]?.body));
      expect(fields).toMatchObject({ message: 'More of it', access_token: secrets[login].accessToken });
      expect(Object.hasOwn(fields, 'appsecret_proof')).toBe(login === 'facebook');
    },
  );

  test('needs no container', async () => {
    const { adapter, account, requests } = await adapterOn({});
    expect(await adapter.prepare(account, comment)).toEqual({ kind: 'ready' });
    expect(await adapter.checkReady(account, comment)).toEqual({ kind: 'ready' });
    expect(adapter.retryClassOf(comment)).toBe('unprovable');
    expect(requests).toEqual([]);
  });

  test.each([
    ['the post is gone', { 'GET 99': refused(100, 33) }, 'target_gone'],
    ['it is too early for the post', { 'GET 99': { body: { id: '99' } } }, 'retry_later'],
  ])('is refused because %s', async (_, answers, kind) => {
    const { adapter, account } = await adapterOn({ ...answers, 'POST 99/comments': refused(100, 33) });
    expect(await adapter.publish(account, comment)).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test('is refused without its permission, which is no reason to give up the account', async () => {
    const { adapter, account } = await adapterOn({ 'POST 99/comments': refused(10) });
    const outcome = await adapter.publish(account, comment);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'account_restricted' } });
  });
});

// https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment (user, from)
describe('Instagram: reconciling a comment by those below the post', () => {
  const listed = (changes: object) => ({
    id: '178',
    text: 'More of it',
    timestamp: '2030-01-01T12:00:01+0000',
    ...changes,
  });
  async function reconcile(list: object[], comments_count: number) {
    const { adapter, account } = await adapterOn({
      'GET 99/comments': { body: { data: list } },
      'GET 99': { body: { id: '99', permalink, comments_count } },
    });
    return adapter.reconcile(account, attempt);
  }

  test.each([{ user: { id: '17' } }, { username: 'ada' }, { from: { id: '5', username: 'ada' } }])(
    'knows ours by %j',
    async (author) => {
      const outcome = await reconcile([listed(author)], 1);
      expect(outcome).toEqual({ kind: 'published', platformPostId: '178', url: permalink });
    },
  );

  test.each([{}, { username: 'ada2' }, { from: { id: '5', username: 'bob' } }])(
    'does not decide about one like it with %j',
    async (author) => {
      expect(await reconcile([listed(author)], 1)).toMatchObject({ kind: 'unknown' });
    },
  );

  test('is sure that it is not there by a list of all there are', async () => {
    expect(await reconcile([listed({ text: 'Other' })], 1)).toEqual({ kind: 'absent' });
  });

  // Below posts with an age limit, Instagram lists none.
  test('is not sure by a list that leaves some out', async () => {
    expect(await reconcile([], 1)).toMatchObject({ kind: 'unknown' });
  });
});
