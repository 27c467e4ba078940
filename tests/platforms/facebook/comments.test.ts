import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { facebookAuth } from '../../../functions/platforms/facebook/auth.ts';
import { missingScopes } from '../../../functions/platforms/missing-scopes.ts';
import { startFacebook } from '../../../local/platforms/facebook/start-facebook.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import {
  callsTo,
  connectByConsent,
  connectFacebook,
  keptAccount,
  redirectUri,
  sandboxControl,
} from '../../support/sandbox.ts';
import type { Answer } from '../../support/scripted-server.ts';
import { publishOnce } from '../suite/adapter-case.ts';
import { account, against, attemptedAt, graphError } from './scripted-graph.ts';

const comment = {
  text: 'More of it',
  handle: 'h',
  media: [],
  replyTo: { platformPostId: '1001_1', rootId: '1001_1' },
};
const url = 'https://www.facebook.com/1001/posts/1?comment_id=5';

// https://developers.facebook.com/documentation/pages-api/comments-mentions (POST /{page_post_id}/comments: message; answers {"id"})
describe('Facebook: the call that comments', () => {
  const publish = (...answers: Answer[]) => against(answers, (adapter) => adapter.publish(account, comment));

  test('names the post, and gives the id and address of the comment', async () => {
    const { outcome, sent } = await publish({ body: { id: '1_5', permalink_url: url } });
    expect(outcome).toEqual({ kind: 'accepted', platformPostId: '1_5', url });
    const fields = { message: 'More of it', fields: 'id,permalink_url' };
    expect(sent).toEqual([{ call: 'POST /1001_1/comments', fields }]);
  });

  test('gives an address by the ids where the answer has none', async () => {
    const { outcome, url: web } = await publish({ body: { id: '1_5' } });
    expect(outcome).toMatchObject({ url: `${web}/1001_1?comment_id=5` });
  });

  test('needs nothing prepared', async () => {
    const { outcome, sent } = await against([{}], async (adapter) => [
      await adapter.prepare(account, comment),
      await adapter.checkReady(account, comment),
    ]);
    expect(outcome).toEqual([{ kind: 'ready' }, { kind: 'ready' }]);
    expect(sent).toEqual([]);
  });

  test.each([
    { body: '<html>' },
    { body: { success: true } },
    graphError(2, undefined, 500),
    // Seen at Threads: a refusal with the status of a failure, of what was made all the same.
    graphError(10, undefined, 500),
  ])('does not know what came of %j', async (answer) => {
    expect((await publish(answer)).outcome).toMatchObject({ kind: 'unknown' });
  });
});

// https://developers.facebook.com/docs/graph-api/guides/error-handling
describe('Facebook: a comment that is refused', () => {
  const refusalOf = async (...answers: Answer[]) =>
    (await against(answers, (adapter) => adapter.publish(account, comment))).outcome;

  test.each([
    [190, 463, 'reconnect'],
    // The account may still post: it is not given up for it.
    [200, undefined, 'account_restricted'],
    [10, undefined, 'account_restricted'],
    [100, undefined, 'content_rejected'],
    [100, 1404006, 'account_restricted'],
    [368, 1390008, 'rate_limited'],
  ])('with code %s/%s: %s', async (code, subcode, kind) => {
    expect(await refusalOf(graphError(code, subcode))).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test('for good, because its post is gone', async () => {
    const outcome = await refusalOf(graphError(100, 33), graphError(100, 33));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'target_gone' } });
  });

  test.each([{ body: { id: '1001_1' } }, graphError(2, undefined, 500), 'drop' as const])(
    'for now, as long as the post is not surely gone: %j',
    async (answer) => {
      const outcome = await refusalOf(graphError(100, 33), answer);
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    },
  );
});

// https://developers.facebook.com/docs/graph-api/reference/object/comments (filter, order, summary.total_count)
describe('Facebook: reconciling a comment by those below the post', () => {
  const listed = (changes: object = {}) => ({
    id: '1_5',
    message: 'More of it',
    created_time: '2030-01-01T12:00:01+0000',
    from: { name: 'A page', id: '1001' },
    permalink_url: url,
    ...changes,
  });
  const list = (...data: object[]): Answer => ({ body: { data, paging: { cursors: { before: 'b', after: 'a' } } } });
  const counted = (total_count: number): Answer => ({ body: { data: [], summary: { total_count } } });
  const reconcile = (...answers: Answer[]) =>
    against(answers, (adapter) => adapter.reconcile(account, { ...comment, attemptedAt }));

  test('finds ours', async () => {
    const { outcome, sent } = await reconcile(list(listed({ id: '1_6', message: 'Other' }), listed()));
    expect(outcome).toEqual({ kind: 'published', platformPostId: '1_5', url });
    expect(sent).toMatchObject([{ call: 'GET /1001_1/comments', fields: { filter: 'stream' } }]);
  });

  test.each([
    ['made before the attempt', { created_time: '2030-01-01T11:58:00+0000' }],
    ['with another text', { message: 'More of it?' }],
  ])('does not take one %s for ours', async (_, changes) => {
    expect((await reconcile(list(listed(changes)), counted(1))).outcome).toEqual({ kind: 'absent' });
  });

  test.each([
    ['is by nobody that is told', { from: undefined }],
    ['is by somebody else', { from: { id: '7' } }],
    ['answers a comment', { parent: { id: '1_4' } }],
  ])('does not decide about one like it that %s', async (_, changes) => {
    expect((await reconcile(list(listed(changes)), counted(1))).outcome).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    ['is not all that is counted', [list(), counted(1)]],
    ['is not counted', [list(), graphError(2, undefined, 500)]],
    ['has a time that makes no sense', [list(listed({ created_time: 'soon' })), counted(1)]],
    [
      'does not end',
      [{ body: { data: [], paging: { cursors: { after: 'a' }, next: 'https://graph.facebook.com/' } } }],
    ],
    ['may not be read', [graphError(10)]],
    ['is of a post that is gone', [graphError(100, 33)]],
  ])('knows nothing by a list that %s', async (_, answers) => {
    expect((await reconcile(...answers)).outcome).toMatchObject({ kind: 'unknown' });
  });

  test('does not look for a comment among the posts, nor the other way round', async () => {
    const { sent } = await against([list()], (adapter) =>
      adapter.reconcile(account, { ...comment, replyTo: undefined, attemptedAt }),
    );
    expect(sent.map(({ call }) => call)).toEqual(['GET /1001/published_posts']);
  });
});

describe('Facebook: every kind of post takes a comment', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startFacebook();
  });
  afterAll(() => sandbox.stop());

  test.each([
    ['a reel', 'reel'],
    ['a video', 'video'],
  ] as const)('%s, by the id that it was given', async (_, format) => {
    const adapter = facebookAdapter(callsTo(sandbox.url));
    const { account: page } = keptAccount(await connectFacebook(sandbox.url));
    const media = [{ url: `${sandbox.url}${samplePaths.video}`, type: 'video/mp4' as const }];
    const post = { text: 'Look', handle: 'h', media, overrides: { facebook: { format } } };
    const { outcome } = await publishOnce(adapter, page, post);
    const id = outcome.kind === 'accepted' ? outcome.platformPostId : '';
    const made = await adapter.publish(page, { ...comment, replyTo: { platformPostId: id, rootId: id } });
    expect(made).toMatchObject({ kind: 'accepted' });
    expect((await sandboxControl(sandbox.url).posts())[0]).toMatchObject({ text: 'More of it', replyTo: id });
  });

  /** A consent that asks for no more than these. */
  const connectWith = (scopes: readonly string[]) => {
    const auth = facebookAuth(callsTo(sandbox.url));
    const authorizationUrl: typeof auth.authorizationUrl = async (...asking) => {
      const url = new URL(await auth.authorizationUrl(...asking));
      url.searchParams.set('scope', scopes.join(','));
      return url.href;
    };
    return connectByConsent({ ...auth, authorizationUrl }, { server: sandbox.url, redirectUri, ...sandboxApp }, 'zoe');
  };

  test('a page that was connected before comments were asked for posts, but does not comment', async () => {
    const scopes = ['pages_show_list', 'business_management', 'pages_manage_posts', 'pages_read_engagement'];
    expect(missingScopes({ platform: 'facebook', accountId: '1', scopes })).toEqual([
      'pages_manage_engagement',
      'pages_read_user_content',
    ]);
    const { account: page } = keptAccount(await connectWith(scopes));
    const adapter = facebookAdapter(callsTo(sandbox.url));
    const { outcome } = await publishOnce(adapter, page, { text: 'A post', handle: 'h' });
    const id = outcome.kind === 'accepted' ? outcome.platformPostId : '';
    const refused = await adapter.publish(page, { ...comment, replyTo: { platformPostId: id, rootId: id } });
    expect(refused).toMatchObject({ kind: 'refused', refusal: { kind: 'account_restricted' } });
    expect((await sandboxControl(sandbox.url).posts())[0]).toMatchObject({ text: 'A post' });
  });
});
