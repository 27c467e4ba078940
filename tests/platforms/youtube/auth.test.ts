import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingScopes } from '../../../functions/platforms/missing-scopes.ts';
import { challengeOf } from '../../../functions/platforms/oauth.ts';
import { youtubeAccess } from '../../../functions/platforms/youtube/access.ts';
import { youtubeAuth } from '../../../functions/platforms/youtube/auth.ts';
import { YoutubeOptions } from '../../../functions/platforms/youtube/options.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startYoutube } from '../../../local/platforms/youtube/start-youtube.ts';
import { callsTo, connectByConsent, consentCode, keptAccount, redirectUri } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

const upload = 'https://www.googleapis.com/auth/youtube.upload';
const readonly = 'https://www.googleapis.com/auth/youtube.readonly';
const comments = 'https://www.googleapis.com/auth/youtube.force-ssl';

describe('YouTube: connecting', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startYoutube();
  });
  afterAll(() => sandbox.stop());

  const ways = () => ({
    auth: youtubeAuth(callsTo(sandbox.url)),
    app: { server: sandbox.url, redirectUri, ...sandboxApp },
    asking: { state: 'st', verifier: 'v'.repeat(43) },
  });
  const connect = () => connectByConsent(ways().auth, ways().app);
  const access = () => youtubeAccess(callsTo(sandbox.url));

  // https://developers.google.com/identity/protocols/oauth2/web-server
  test('asks for consent to offline access, with a challenge', async () => {
    const { auth, app, asking } = ways();
    const url = new URL(await auth.authorizationUrl(app, asking));
    expect(url.pathname).toBe('/o/oauth2/v2/auth');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: sandboxApp.clientId,
      redirect_uri: redirectUri,
      scope: `${upload} ${readonly} ${comments}`,
      state: 'st',
      access_type: 'offline',
      prompt: 'select_account consent',
      code_challenge: challengeOf(asking.verifier),
      code_challenge_method: 'S256',
    });
  });

  test('finds the channel', async () => {
    expect(await connect()).toMatchObject({
      accountKey: expect.stringMatching(/^UC[\w-]{22}$/),
      accountName: 'alice',
      accountUrl: `${sandbox.url}/@alice`,
      avatarUrl: `${sandbox.url}/avatars/alice.png`,
      scopes: [upload, readonly, comments],
      textLimits: { max: 5000, maxBytes: 5000 },
    });
  });

  test('takes no code without its verifier, nor twice', async () => {
    const { auth, app, asking } = ways();
    const code = await consentCode(await auth.authorizationUrl(app, asking));
    const refused = { refusal: { kind: 'reconnect', platformCode: 'invalid_grant' } };
    await expect(auth.exchange(app, { code, verifier: 'other' })).rejects.toMatchObject(refused);
    await auth.exchange(app, { code, verifier: asking.verifier });
    await expect(auth.exchange(app, { code, verifier: asking.verifier })).rejects.toMatchObject(refused);
  });

  test('keeps the refresh token, which never changes', async () => {
    const { account, saved } = keptAccount(await connect());
    const { refreshToken } = JSON.parse(account.secret);
    await access().refresh(account);
    await access().refresh(account);
    expect(saved.map((secret) => JSON.parse(secret).refreshToken)).toEqual([refreshToken, refreshToken]);
    expect(new Set(saved.map((secret) => JSON.parse(secret).accessToken)).size).toBe(2);
  });

  test('lives as long as it is used once in half a year', async () => {
    const { secret } = await connect();
    const life = access().tokenLife(secret);
    expect(life?.isRenewable).toBe(true);
    expect((life?.expiresAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(179 * 24 * 3600_000);
    expect(access().tokenLife(JSON.stringify({ accessToken: 'a' }))).toBeUndefined();
    const expiresAt = '2030-01-01T00:00:00.000Z';
    expect(access().tokenLife(JSON.stringify({ accessToken: 'a', expiresAt }))).toEqual({
      expiresAt: new Date(expiresAt),
      isRenewable: false,
    });
  });

  test('tells who it is, with what was granted', async () => {
    const { account } = keptAccount(await connect());
    expect(await access().identify(account)).toEqual({
      accountName: 'alice',
      accountUrl: `${sandbox.url}/@alice`,
      avatarUrl: `${sandbox.url}/avatars/alice.png`,
      scopes: [upload, readonly, comments],
    });
    const elsewhere = access().identify({ ...account, accountId: 'UC0' });
    await expect(elsewhere).rejects.toMatchObject({ refusal: { kind: 'account_restricted' } });
  });

  test('ends with the access of the user', async () => {
    const { account } = keptAccount(await connect());
    await access().revoke(account);
    await expect(access().refresh(account)).rejects.toMatchObject({
      refusal: { kind: 'reconnect', platformCode: 'invalid_grant' },
    });
  });
});

describe('YouTube: odd answers to connecting', () => {
  const answered = async <Outcome>(answer: Answer, act: (auth: ReturnType<typeof youtubeAuth>) => Promise<Outcome>) => {
    const server = await scriptedServer(() => answer);
    try {
      return await act(youtubeAuth(callsTo(server.url)));
    } finally {
      await server.stop();
    }
  };
  const app = { server: 'https://www.youtube.com', redirectUri, ...sandboxApp };
  const exchange = (answer: Answer) => answered(answer, (auth) => auth.exchange(app, { code: 'c', verifier: 'v' }));
  const list = (answer: Answer) =>
    answered(answer, (auth) => auth.listAccounts(app, { secret: JSON.stringify({ accessToken: 'a' }), scopes: [] }));

  const granted = (...scopes: string[]): Answer => {
    const tokens = { access_token: 'a', refresh_token: 'r', expires_in: 3599, token_type: 'Bearer' };
    return { body: { ...tokens, scope: scopes.join(' ') } };
  };

  test('a user who unticked the box of comments connects without them', async () => {
    expect(await exchange(granted(readonly, upload))).toMatchObject({ scopes: [readonly, upload] });
    const account = { platform: 'youtube', accountId: 'UC1', scopes: [readonly, upload] } as const;
    expect(missingScopes(account)).toEqual([comments]);
  });

  test('a user who unticked another box connects nothing', async () => {
    await expect(exchange(granted(readonly, comments))).rejects.toMatchObject({
      refusal: { kind: 'reconnect', platformCode: 'insufficientPermissions' },
    });
  });

  test.each([
    [400, { error: 'invalid_grant', error_description: 'Bad Request' }, 'reconnect'],
    [401, { error: 'invalid_client', error_description: 'The OAuth client was not found.' }, 'retry_later'],
    [429, { error: 'rate_limit_exceeded' }, 'rate_limited'],
    [200, {}, 'retry_later'],
    [500, '<html>', 'retry_later'],
  ])('a code that is answered with %i %j is %s', async (status, body, kind) => {
    await expect(exchange({ status, body })).rejects.toMatchObject({ refusal: { kind } });
  });

  // https://developers.google.com/youtube/v3/docs/channels/list: without a channel there are no items
  test('a user without a channel has no account', async () => {
    expect(await list({ body: { kind: 'youtube#channelListResponse', pageInfo: { totalResults: 0 } } })).toEqual([]);
  });

  test('channels of one consent are known to be, in whatever order they come', async () => {
    const channel = (id: string) => ({ id, snippet: { title: id } });
    const keys = async (...ids: string[]) =>
      (await list({ body: { items: ids.map(channel) } })).map(({ accountKey, grantKey }) => [accountKey, grantKey]);
    expect(await keys('UC2', 'UC1')).toEqual([
      ['UC2', 'UC1'],
      ['UC1', 'UC1'],
    ]);
    expect(await keys('UC1', 'UC2')).toEqual([
      ['UC1', 'UC1'],
      ['UC2', 'UC1'],
    ]);
  });

  test('a channel without a name of its own is known by its id', async () => {
    const snippet = { title: 'Ada', customUrl: 'ada', thumbnails: { default: { url: 'javascript:1' } } };
    const [account] = await list({ body: { items: [{ id: 'UC1', snippet }] } });
    expect(account).toMatchObject({ accountName: 'Ada', accountUrl: expect.stringMatching(/\/channel\/UC1$/) });
    expect(account?.avatarUrl).toBeUndefined();
  });
});

describe('YouTube: wishes', () => {
  test.each([
    ['a title with brackets', { title: 'a <b>' }, false],
    ['a long title', { title: 'a'.repeat(101) }, false],
    ['tags of 500 characters', { tags: [...Array(4).fill('a'.repeat(99)), 'b'.repeat(100)] }, true],
    [
      'tags of 501, with the quotes of those with spaces',
      { tags: [...Array(4).fill('a'.repeat(99)), `b ${'c'.repeat(97)}`] },
      false,
    ],
    ['another privacy', { privacy: 'friends' }, false],
    ['no wish', {}, true],
  ])('%s: %j', (_, options, isTaken) => {
    expect(YoutubeOptions.safeParse(options).success).toBe(isTaken);
  });
});
