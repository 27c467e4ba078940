import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { challengeOf } from '../../../functions/platforms/oauth.ts';
import { xAccess } from '../../../functions/platforms/x/access.ts';
import { xAdapter } from '../../../functions/platforms/x/adapter.ts';
import { xAuth } from '../../../functions/platforms/x/auth.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startX } from '../../../local/platforms/x/start-x.ts';
import { callsTo, connectByConsent, consentCode, keptAccount, redirectUri } from '../../support/sandbox.ts';

describe('X: connecting', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startX({ premium: ['carol'] });
  });
  afterAll(() => sandbox.stop());

  const ways = () => ({
    auth: xAuth(callsTo(sandbox.url)),
    app: { server: sandbox.url, redirectUri, ...sandboxApp },
    asking: { state: 'st', verifier: 'v'.repeat(43) },
  });
  const connect = (username: string) => connectByConsent(ways().auth, ways().app, username);

  // https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code
  test('asks for consent with a challenge', () => {
    const { auth, app, asking } = ways();
    const url = new URL(auth.authorizationUrl(app, asking));
    expect(url.pathname).toBe('/i/oauth2/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: sandboxApp.clientId,
      redirect_uri: redirectUri,
      scope: 'tweet.read tweet.write users.read media.write offline.access',
      state: 'st',
      code_challenge: challengeOf(asking.verifier),
      code_challenge_method: 'S256',
    });
  });

  test('finds the account, with a text as long as it may write', async () => {
    expect(await connect('alice')).toMatchObject({
      accountKey: expect.stringMatching(/^\d+$/),
      accountName: '@alice',
      accountUrl: `${sandbox.url}/alice`,
      scopes: expect.arrayContaining(['tweet.write']),
      textLimits: { max: 280 },
    });
    expect(await connect('carol')).toMatchObject({ textLimits: { max: 25_000 } });
  });

  test('takes no code without its verifier, nor twice', async () => {
    const { auth, app, asking } = ways();
    const code = await consentCode(await auth.authorizationUrl(app, asking));
    const refused = { refusal: { kind: 'reconnect', platformCode: 'invalid_request' } };
    await expect(auth.exchange(app, { code, verifier: 'other' })).rejects.toMatchObject(refused);
    await auth.exchange(app, { code, verifier: asking.verifier });
    await expect(auth.exchange(app, { code, verifier: asking.verifier })).rejects.toMatchObject(refused);
  });

  test('an app that X does not know is nothing that a user could mend', async () => {
    const { account, saved } = keptAccount(await connect('alice'));
    const { apps, ...calls } = callsTo(sandbox.url);
    const access = xAccess({ ...calls, apps: { ...apps, find: async () => ({ ...sandboxApp, clientSecret: 'old' }) } });
    await expect(access.refresh(account)).rejects.toMatchObject({
      refusal: { kind: 'retry_later', platformCode: 'unauthorized_client' },
    });
    expect(saved).toEqual([]);
  });

  test('keeps renewing by tokens that work once', async () => {
    const { account, saved } = keptAccount(await connect('alice'));
    const access = xAccess(callsTo(sandbox.url));
    await access.refresh(account);
    await access.refresh(account);
    expect(new Set(saved.map((secret) => JSON.parse(secret).refreshToken)).size).toBe(2);
    const outcome = await xAdapter(callsTo(sandbox.url)).publish(account, { text: 'Still here', handle: 'h' });
    expect(outcome).toMatchObject({ kind: 'accepted' });
  });

  test('finds long texts and links again', async () => {
    const adapter = xAdapter(callsTo(sandbox.url));
    const { account } = keptAccount(await connect('carol'));
    for (const text of [
      `Long ${'text '.repeat(100)}`,
      'See https://example.com/a?b=c&d=e & <this>',
      'https://example.com/',
    ]) {
      const attemptedAt = new Date();
      const outcome = await adapter.publish(account, { text, handle: 'h' });
      expect(await adapter.reconcile(account, { text, handle: 'h', attemptedAt })).toEqual({
        ...outcome,
        kind: 'published',
      });
    }
  });
});
