import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tiktokAccess } from '../../../functions/platforms/tiktok/access.ts';
import { tiktokAdapter } from '../../../functions/platforms/tiktok/adapter.ts';
import { tiktokAuth } from '../../../functions/platforms/tiktok/auth.ts';
import { samplePaths, sampleVideo } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startTiktok } from '../../../local/platforms/tiktok/start-tiktok.ts';
import {
  callsTo,
  connectByConsent,
  consentCode,
  keptAccount,
  redirectUri,
  sandboxControl,
} from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { publisherOf } from '../suite/publisher.ts';

const scopes = ['user.info.basic', 'user.info.profile', 'video.publish', 'video.list'];

describe('TikTok: connecting', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startTiktok({ restricted: ['carol'] });
  });
  afterAll(() => sandbox.stop());

  const ways = () => ({
    auth: tiktokAuth(callsTo(sandbox.url)),
    app: { server: sandbox.url, redirectUri, ...sandboxApp },
    asking: { state: 'st', verifier: 'v'.repeat(43) },
  });
  const connect = (username = 'alice') => connectByConsent(ways().auth, ways().app, username);
  const access = () => tiktokAccess(callsTo(sandbox.url));

  // https://developers.tiktok.com/doc/login-kit-web
  test('asks for consent, by the client key', async () => {
    const { auth, app, asking } = ways();
    const url = new URL(await auth.authorizationUrl(app, asking));
    expect(url.pathname).toBe('/v2/auth/authorize/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_key: sandboxApp.clientId,
      redirect_uri: redirectUri,
      scope: scopes.join(','),
      state: 'st',
      disable_auto_auth: '1',
    });
  });

  test('finds the creator', async () => {
    expect(await connect()).toMatchObject({
      accountKey: expect.stringMatching(/^-000[0-9a-f]{32}$/),
      accountName: '@alice',
      accountUrl: `${sandbox.url}/@alice`,
      avatarUrl: `${sandbox.url}/avatars/alice.webp`,
      scopes,
      textLimits: { max: 2200 },
    });
  });

  test('takes no code twice', async () => {
    const { auth, app, asking } = ways();
    const code = await consentCode(await auth.authorizationUrl(app, asking));
    await auth.exchange(app, { code, verifier: '' });
    await expect(auth.exchange(app, { code, verifier: '' })).rejects.toMatchObject({
      refusal: { kind: 'reconnect', platformCode: 'invalid_grant' },
    });
  });

  // https://developers.tiktok.com/docs/en/oauth-refresh-a-user-access-token: two hours (24 before November 2026), rotated
  test('keeps renewing by tokens that work once', async () => {
    const { account, saved } = keptAccount(await connect());
    await access().refresh(account);
    await access().refresh(account);
    expect(new Set(saved.map((secret) => JSON.parse(secret).refreshToken)).size).toBe(2);
    expect(JSON.parse(account.secret)).toMatchObject({ scopes });
    const life = access().tokenLife(account.secret);
    expect(life?.isRenewable).toBe(true);
    expect(Math.abs((life?.expiresAt.getTime() ?? 0) - Date.now() - 7200_000)).toBeLessThan(60_000);
  });

  test('tells who it is, with what was granted', async () => {
    const { account } = keptAccount(await connect());
    expect(await access().identify(account)).toEqual({
      accountName: '@alice',
      accountUrl: `${sandbox.url}/@alice`,
      avatarUrl: `${sandbox.url}/avatars/alice.webp`,
      scopes,
    });
  });

  test('ends with the access of the user', async () => {
    const { account } = keptAccount(await connect());
    await access().revoke(account);
    await expect(access().refresh(account)).rejects.toMatchObject({ refusal: { kind: 'reconnect' } });
  });

  describe('and posting for it', () => {
    const adapter = () => tiktokAdapter(callsTo(sandbox.url), async () => undefined);
    const publish = async (username: string, wanted: Omit<Parameters<typeof publisherOf>[1], 'account' | 'text'>) => {
      await sandboxControl(sandbox.url).clear();
      const { account } = keptAccount(await connect(username));
      return (await publisherOf(adapter(), { account, text: 'Good news', ...wanted })).settle(1);
    };
    const posts = async () => await (await fetch(`${sandbox.url}/sandbox/posts`)).text();
    const video = () => ({ media: [{ url: `${sandbox.url}${samplePaths.video}`, type: 'video/mp4' } as const] });
    const picture = () => ({ media: [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg' } as const] });

    test('asks who sees the post, where more than one may', async () => {
      expect(await publish('alice', video())).toMatchObject({
        kind: 'refused',
        refusal: { kind: 'content_rejected', platformCode: 'privacy_level_required' },
      });
      expect(await publish('carol', video())).toMatchObject({ kind: 'accepted', url: `${sandbox.url}/@carol` });
      expect(await posts()).toContain('"privacy_level":"SELF_ONLY"');
    });

    test('takes pictures, which TikTok fetches', async () => {
      const outcome = await publish('alice', {
        ...picture(),
        overrides: { tiktok: { privacy: 'public', title: 'Look' } },
      });
      expect(outcome).toMatchObject({ kind: 'accepted', url: expect.stringMatching(/\/@alice\/photo\/\d+$/) });
      expect(await posts()).toContain(samplePaths.picture);
    });

    test('tells of pictures that TikTok cannot fetch', async () => {
      const media = [{ url: `${sandbox.url}/sandbox/none.jpg`, type: 'image/jpeg' } as const];
      expect(await publish('alice', { media, overrides: { tiktok: { privacy: 'public' } } })).toMatchObject({
        kind: 'refused',
        refusal: { platformCode: 'photo_pull_failed' },
      });
    });

    test('sends no video that is too long for the creator', async () => {
      const long = Buffer.from(sampleVideo(1000));
      const head = Buffer.alloc(116);
      head.writeUInt32BE(116);
      head.write('moov', 4);
      head.writeUInt32BE(108, 8);
      head.write('mvhd', 12);
      head.writeUInt32BE(1, 16 + 12);
      head.writeUInt32BE(601, 16 + 16);
      const bytes = new Uint8Array(Buffer.concat([long.subarray(0, 20), head, long.subarray(20)]));
      const tools = callsTo(sandbox.url);
      const media = { ...tools.media, sizeOf: async () => bytes.length, piece: async () => bytes };
      const { account } = keptAccount(await connect('carol'));
      const made = await tiktokAdapter({ ...tools, media }).prepare(account, { text: 'x', handle: 'h', ...video() });
      expect(made).toMatchObject({
        kind: 'refused',
        refusal: {
          kind: 'content_rejected',
          platformCode: 'duration_check_failed',
          message: expect.stringContaining('601'),
        },
      });
    });
  });
});

describe('TikTok: odd answers to connecting', () => {
  const answered = async <Outcome>(answers: Record<string, Answer>, act: (url: string) => Promise<Outcome>) => {
    const server = await scriptedServer(({ path }) => answers[path.split('?')[0] ?? ''] ?? { status: 404 });
    try {
      return { outcome: await act(server.url), requests: server.requests };
    } finally {
      await server.stop();
    }
  };
  const app = { server: 'https://www.tiktok.com', redirectUri, ...sandboxApp };
  const exchange = (answer: Answer) =>
    answered({ '/v2/oauth/token/': answer }, (url) =>
      tiktokAuth(callsTo(url)).exchange(app, { code: 'c', verifier: '' }),
    );

  // https://developers.tiktok.com/doc/oauth-error-handling; seen with status 200 as well
  test.each([
    [400, { error: 'invalid_grant', error_description: 'Authorization code is expired.', log_id: '1' }, 'reconnect'],
    [200, { error: 'invalid_request', error_description: 'Code is not valid.', log_id: '1' }, 'reconnect'],
    [200, { error: 'invalid_client', error_description: 'Client key is incorrect.', log_id: '1' }, 'retry_later'],
    [429, { error: 'too_many_requests' }, 'rate_limited'],
    [500, '<html>', 'retry_later'],
    [200, '{}', 'retry_later'],
  ])('a code that is answered with %i %j is %s', async (status, body, kind) => {
    await expect(exchange({ status, body })).rejects.toMatchObject({ refusal: { kind } });
  });

  const tokens = {
    access_token: 'act.1',
    refresh_token: 'rft.1',
    open_id: '-0001',
    expires_in: 86_400,
    token_type: 'Bearer',
  };

  test('a user who switched posting off connects nothing', async () => {
    await expect(exchange({ body: { ...tokens, scope: 'user.info.basic,video.list' } })).rejects.toMatchObject({
      refusal: { kind: 'reconnect', platformCode: 'scope_not_authorized' },
    });
  });

  // https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info
  test('a user who keeps the profile back has a name, and is not asked for more', async () => {
    const body = {
      data: { user: { open_id: '-0001', display_name: 'Ada' } },
      error: { code: 'ok', message: '', log_id: '1' },
    };
    const { outcome, requests } = await answered(
      {
        '/v2/oauth/token/': { body: { ...tokens, scope: 'user.info.basic,video.publish' } },
        '/v2/user/info/': { body },
      },
      async (url) => {
        const auth = tiktokAuth(callsTo(url));
        return auth.listAccounts(app, await auth.exchange(app, { code: 'c', verifier: '' }));
      },
    );
    expect(outcome).toMatchObject([{ accountName: 'Ada', scopes: ['user.info.basic', 'video.publish'] }]);
    expect(requests[1]?.path).toBe('/v2/user/info/?fields=open_id%2Cdisplay_name%2Cavatar_url');
  });
});
