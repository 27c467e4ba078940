import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlatformRefused } from '../../../functions/platforms/adapter.ts';
import { mastodonAuth } from '../../../functions/platforms/mastodon/auth.ts';
import { type ConsentAnswer, newVerifier, type OAuthApp } from '../../../functions/platforms/oauth.ts';
import { startMastodon } from '../../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, connectMastodon, consentCode, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

const auth = mastodonAuth(calls);
/** What connecting does with a code. */
async function connect(app: OAuthApp, answer: ConsentAnswer) {
  const [account] = await auth.listAccounts(app, await auth.exchange(app, answer));
  return account;
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startMastodon({ rateLimit: 'off', limits: { maxCharacters: 1234, charactersPerUrl: 30 } });
});
afterAll(() => sandbox.stop());

const refusedAs = (kind: string) =>
  expect.toSatisfy((error) => error instanceof PlatformRefused && error.refusal.kind === kind);

describe('Mastodon: connecting', () => {
  test('learns the account and the limits of its server', async () => {
    const account = await connectMastodon(sandbox.url, 'ada');
    const { host } = new URL(sandbox.url);
    expect(account).toMatchObject({
      accountKey: `${host}#${account.accountId}`,
      accountName: `@ada@${host}`,
      accountUrl: `${sandbox.url}/@ada`,
      server: sandbox.url,
      scopes: ['read:accounts', 'read:statuses', 'write:media', 'write:statuses'],
      textLimits: { unit: 'graphemes', max: 1234, maxBytes: null, urlLength: 30 },
    });
  });

  test('asks for consent with a code challenge', async () => {
    const app = { server: 'https://social.example', redirectUri, clientId: 'client' };
    const verifier = newVerifier();
    const url = new URL(await auth.authorizationUrl(app, { state: 'the state', verifier }));
    expect(url.origin + url.pathname).toBe('https://social.example/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: redirectUri,
      scope: 'read:accounts read:statuses write:media write:statuses',
      state: 'the state',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
  });

  test('verifiers are long enough and never the same', () => {
    expect(newVerifier()).toMatch(/^[\w-]{43}$/);
    expect(newVerifier()).not.toBe(newVerifier());
  });

  async function consented() {
    const app = await auth.registerApp(sandbox.url, redirectUri);
    const verifier = newVerifier();
    return { app, verifier, code: await consentCode(auth.authorizationUrl(app, { state: 's', verifier })) };
  }

  test('refuses a code that is used, wrong or of another challenge', async () => {
    const { app, verifier, code } = await consented();
    await expect(connect(app, { code, verifier: newVerifier() })).rejects.toEqual(refusedAs('reconnect'));
    await connect(app, { code, verifier });
    await expect(connect(app, { code, verifier })).rejects.toEqual(refusedAs('reconnect'));
  });

  test('refuses an app that the server does not know', async () => {
    const { app, verifier, code } = await consented();
    const connecting = connect({ ...app, clientSecret: 'wrong' }, { code, verifier });
    await expect(connecting).rejects.toMatchObject({ refusal: { kind: 'reconnect', platformCode: '401' } });
  });

  test.each([
    ['POST /oauth/token', 'error', 'retry_later'],
    ['POST /oauth/token', 'rate_limit', 'rate_limited'],
    ['POST /oauth/token', 'malformed', 'retry_later'],
    ['GET /api/v1/accounts/verify_credentials', 'drop_before', 'retry_later'],
    ['GET /api/v1/accounts/verify_credentials', 'malformed', 'retry_later'],
  ] as const)('can not go on after %s: %s', async (operation, kind, refusal) => {
    const { app, verifier, code } = await consented();
    await sandboxControl(sandbox.url).fail({ operation, kind });
    await expect(connect(app, { code, verifier })).rejects.toEqual(refusedAs(refusal));
  });

  test.each(['error', 'malformed', 'drop_before'] as const)('takes the usual limits after %s', async (kind) => {
    const { app, verifier, code } = await consented();
    await sandboxControl(sandbox.url).fail({ operation: 'GET /api/v2/instance', kind });
    expect(await connect(app, { code, verifier })).toMatchObject({ textLimits: { max: 500, urlLength: 23 } });
  });
});

describe('Mastodon: what a hostile or old server says', () => {
  const app = (server: string) => ({ server, redirectUri, clientId: 'c', clientSecret: 's' });
  const ada = { id: '1', username: 'ada', url: 'https://social.example/@ada' };

  async function connectTo(answers: Record<string, Answer>) {
    const server = await scriptedServer(({ path }) => answers[path] ?? { status: 404 });
    const account = await connect(app(server.url), { code: 'c', verifier: 'v' }).catch((error: unknown) => error);
    await server.stop();
    return account;
  }

  test('a token that does not tell its scopes has those that were asked for', async () => {
    const account = await connectTo({
      '/oauth/token': { body: { access_token: 't' } },
      '/api/v1/accounts/verify_credentials': { body: ada },
    });
    expect(account).toMatchObject({ scopes: ['read:accounts', 'read:statuses', 'write:media', 'write:statuses'] });
    expect(account).toMatchObject({ textLimits: { max: 500 } });
  });

  test('limits without a length of links have the usual one', async () => {
    const account = await connectTo({
      '/oauth/token': { body: { access_token: 't', scope: '' } },
      '/api/v1/accounts/verify_credentials': { body: ada },
      '/api/v2/instance': { body: { configuration: { statuses: { max_characters: 5000 } } } },
    });
    expect(account).toMatchObject({ scopes: [], textLimits: { max: 5000, urlLength: 23 } });
  });

  test('an account whose page is a script is none', async () => {
    const account = await connectTo({
      '/oauth/token': { body: { access_token: 't' } },
      '/api/v1/accounts/verify_credentials': { body: { ...ada, url: 'javascript:alert(1)' } },
    });
    expect(account).toEqual(refusedAs('retry_later'));
  });

  test('a registration without a client is none', async () => {
    const server = await scriptedServer(() => ({ body: { id: '1' } }));
    await expect(auth.registerApp(server.url, redirectUri)).rejects.toEqual(refusedAs('retry_later'));
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      client_name: 'ClientNest',
      redirect_uris: redirectUri,
      scopes: 'read:accounts read:statuses write:media write:statuses',
    });
    await server.stop();
  });
});
